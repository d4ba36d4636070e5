import { EOS } from '../../data/tokenizers/word.ts';
import type { Vocabulary } from '../../data/vocabulary.ts';
import { generate } from '../../generation/generate.ts';
import type { SavedModel } from '../../models/model-file.ts';
import { Random } from '../../tensor/random.ts';

export interface WritingOptions {
  /** What comes before; at least one id. */
  readonly prompt: Int32Array;
  /** How many ids. */
  readonly length: number;
  readonly temperature: number;
  readonly seed: number;
}

/** Ids drawn from the model, never the unknown token. */
export function* drawIds(saved: SavedModel, options: WritingOptions): Generator<number, void> {
  const { unknownId } = saved.vocabulary;
  const ids = generate(saved.model, {
    prompt: options.prompt,
    temperature: options.temperature,
    random: new Random(options.seed),
    banned: unknownId < 0 ? [] : [unknownId],
  });
  for (let i = 0; i < options.length; i++) yield ids.next().value;
}

/** The text of ids, in one piece. */
export function decodeIds({ tokenizer, vocabulary }: SavedModel, ids: Iterable<number>): string {
  const decoder = tokenizer.decoder();
  let text = '';
  for (const id of ids) text += decoder.push(vocabulary.tokenOf(id));
  return text + decoder.end();
}

/** What stands for "the start of a line" where there is no prompt. */
export function startOfText(vocabulary: Vocabulary): Int32Array {
  return Int32Array.of(vocabulary.idOf(EOS) ?? vocabulary.idOf('\n') ?? 0);
}
