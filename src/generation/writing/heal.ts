import type { TextModel } from '../../models/model-file.ts';
import type { Random } from '../../tensor/random.ts';
import { numbersOf, type Reads } from '../../tensor/reads.ts';
import { drawFrom } from '../sampling/sample.ts';
import { scaleOf, type VocabularyRow } from '../sampling/softmax.ts';
import { suggestible } from '../suggestions/next-tokens.ts';
import { type Path, PieceTree } from '../suggestions/piece-tree.ts';
import { hasPieces, Pieces, textOf } from '../suggestions/pieces.ts';
import { searching, spellings } from '../suggestions/spellings.ts';
import { readTypedPrefix } from '../suggestions/typed-prefix.ts';
import type { Prompt } from './prompt.ts';
import { readIds } from './read-ids.ts';
import type { NextTokenOptions } from './writer.ts';

/**
 * Token healing: if a BPE prompt may end within a longer piece, such as in half a word or at the space before the next one, its
 * last pieces are removed and resampled from all pieces that spell the same text and possibly more. Any other prompt is
 * unchanged, and nothing is drawn.
 *
 * Only `temperature` and `banned` of the options are used.
 */
export async function heal(
  saved: TextModel,
  prompt: Prompt,
  random: Random,
  options: NextTokenOptions,
): Promise<Prompt> {
  if (prompt.text === '' || !hasPieces(saved.tokenizer)) return prompt;
  return saved.model.run(healing(saved, prompt, random, options));
}

function* healing(
  saved: TextModel,
  prompt: Prompt,
  random: Random,
  { temperature = 1, banned = [] }: NextTokenOptions,
): Reads<Prompt> {
  const typed = readTypedPrefix(prompt.text, saved);
  const tree = yield* treeBehind(typed.ids, saved);
  try {
    const found = yield* searching(spellings(tree, Pieces.of(saved), typed.bytes), tree);
    const beyond = (path: Path) => textOf(path.bytes.slice(typed.bytes.length));
    const paths = found.paths.filter(
      (path) => path.probability > 0 && beyond(path) && !idsOf(path).some((id) => banned.includes(id)),
    );
    if (paths.length === 0) return prompt;
    const path = drawPath(paths, temperature, random);
    // Without the end token before the prompt.
    const kept = typed.ids.filter((id) => id !== saved.vocabulary.endId);
    const ids = Int32Array.of(...kept, ...idsOf(path));
    return { ...prompt, ids, begun: beyond(path)?.text ?? '' };
  } finally {
    tree.release();
  }
}

function* treeBehind(ids: Int32Array, saved: TextModel): Reads<PieceTree> {
  const state = saved.model.state();
  try {
    const scores = (yield* numbersOf(readIds(saved.model, ids, state))) as VocabularyRow;
    return new PieceTree(saved, ids, { state, probs: suggestible(scores, saved.vocabulary) });
  } catch (error) {
    state.release();
    throw error;
  }
}

function idsOf(path: Path): number[] {
  const ids: number[] = [];
  for (let at = path; at.parent; at = at.parent) ids.push(at.id);
  return ids.reverse();
}

function drawPath(paths: readonly Path[], temperature: number, random: Random): Path {
  const logs = paths.map(({ probability }) => Math.log(probability));
  const most = Math.max(...logs);
  if (temperature === 0) return paths[logs.indexOf(most)];
  const weights = Float64Array.from(logs, (log) => Math.exp((log - most) * scaleOf(temperature)));
  return paths[drawFrom(weights, random)];
}
