import { checkText } from '../../data/text-codec.ts';
import { optionsOf } from '../../kinds.ts';
import { checkTextModel } from '../../models/check-model.ts';
import type { TextModel } from '../../models/model-file.ts';
import type { State } from '../../models/state/state.ts';
import { checkRandom, type Random } from '../../tensor/random.ts';
import { numbersOf, type Reads } from '../../tensor/reads.ts';
import { drawFrom } from '../sampling/sample.ts';
import { scaleOf, type VocabularyRow } from '../sampling/softmax.ts';
import { suggestible } from '../suggestions/next-tokens.ts';
import { type Path, PieceTree } from '../suggestions/piece-tree.ts';
import { hasPieces, Pieces, textOf } from '../suggestions/pieces.ts';
import { searching, spellings } from '../suggestions/spellings.ts';
import { readTypedPrefix } from '../suggestions/typed-prefix.ts';
import { encodePrompt, type Prompt } from './prompt.ts';
import { readIds } from './read-ids.ts';
import type { NextTokenOptions } from './writer.ts';

/** A state, and the ids that it has read. */
export interface ReadPrefix {
  /** The ids read, from the start of the text on. */
  readonly ids: Int32Array;
  /** The state after them; it is not changed. */
  readonly state: State;
}

/** A prompt after token healing. */
export interface HealedPrompt {
  /** Its ids, without a start of line or item before them. */
  readonly ids: Int32Array;
  /** The text of the last token after the end of the prompt; often empty. */
  readonly begun: string;
}

/**
 * Encodes a prompt as `generateText` does, with token healing: if a BPE prompt may end within a longer piece, such as in half a word
 * or at the space before the next one, its last pieces are removed and drawn again from all pieces that spell the same text and
 * possibly more. For other tokens it only encodes, and nothing is drawn.
 *
 * @param options only `temperature`, default 1, and `banned` are used
 * @param read a state after a part of the prompt, so that this part is not read again. Default: none
 * @throws {UnrolledError} code `option-value` when an argument is of the wrong kind; `token-unknown` for a token that the vocabulary
 * can't encode; `not-finite` when the weights have overflowed
 */
export async function healPrompt(
  saved: TextModel,
  text: string,
  random: Random,
  options: NextTokenOptions = {},
  read: ReadPrefix | null = null,
): Promise<HealedPrompt> {
  checkTextModel('healPrompt', saved);
  checkText('healPrompt', text);
  checkRandom('healPrompt', random);
  const { ids, begun = '' } = await heal(
    saved,
    encodePrompt(text, saved),
    random,
    optionsOf('healPrompt', options),
    read,
  );
  return { ids, begun };
}

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
  read: ReadPrefix | null = null,
): Promise<Prompt> {
  if (prompt.text === '' || !hasPieces(saved.tokenizer)) return prompt;
  return saved.model.run(healing(saved, prompt, random, options, read));
}

function* healing(
  saved: TextModel,
  prompt: Prompt,
  random: Random,
  { temperature = 1, banned = [] }: NextTokenOptions,
  read: ReadPrefix | null,
): Reads<Prompt> {
  const typed = readTypedPrefix(prompt.text, saved);
  const tree = yield* treeBehind(typed.ids, saved, read);
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

function* treeBehind(ids: Int32Array, saved: TextModel, read: ReadPrefix | null): Reads<PieceTree> {
  // The last id is read here, for its logits.
  const isPrefix = read !== null && read.ids.length < ids.length && read.ids.every((id, i) => id === ids[i]);
  const state = isPrefix ? read.state.fork() : saved.model.state();
  const rest = isPrefix ? ids.subarray(read.ids.length) : ids;
  try {
    const scores = (yield* numbersOf(readIds(saved.model, rest, state))) as VocabularyRow;
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
