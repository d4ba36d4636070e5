import { Corpus } from '../../data/corpus.ts';
import type { ItemDigests } from '../../data/items/digests.ts';
import { decodeText } from '../../data/text-codec.ts';
import type { TextModel } from '../../models/model-file.ts';
import { writeMany } from './many-texts.ts';
import type { Prompt } from './prompt.ts';
import { type Completed, type SamplingSettings, textOf } from './write-text.ts';

/** Maximum number of draws per requested item. */
export const MAX_DRAWS_PER_ITEM = 100;

/** Which items to generate. */
export interface ItemRequest {
  readonly count: number;
  /** Whether duplicates are discarded. */
  readonly unique: boolean;
  /** Items to discard, such as those of the training text; null for none. */
  readonly old: ItemDigests | null;
  readonly prompt: Prompt;
}

/**
 * Generates items in batches until `count` are accepted or 100 times as many are drawn. Draw i uses the seed + i. Empty items are
 * discarded, and with `unique` or `old` also items cut off by `length`.
 * @returns the number of draws
 */
export async function* drawItems(
  saved: TextModel,
  wanted: ItemRequest,
  sampling: SamplingSettings,
  signal: AbortSignal,
): AsyncGenerator<string, number> {
  const { count, unique, old, prompt } = wanted;
  const seen = new Set<string>();
  let [found, draws] = [0, 0];
  for await (const written of writeMany(
    saved,
    repeated(prompt, MAX_DRAWS_PER_ITEM * count),
    sampling,
    signal,
  )) {
    draws += 1;
    const text = textOf(saved, written.ids, sampling.stop, written.prompt);
    if (text === '' || ((unique || old) && isCut(written, saved, sampling))) continue;
    if (old?.has(readAgain(written, saved)) || seen.has(text)) continue;
    if (unique) seen.add(text);
    yield text;
    found += 1;
    if (found === count) break;
  }
  return draws;
}

async function* repeated(prompt: Prompt, times: number): AsyncGenerator<Prompt, void> {
  for (let i = 0; i < times; i++) yield prompt;
}

function isCut({ ids }: Completed, { vocabulary }: TextModel, { length }: SamplingSettings): boolean {
  return ids.length >= length && ids[ids.length - 1] !== vocabulary.endId;
}

/** The ids that the item's text encodes to; the model may have generated other pieces for the same text. */
function readAgain({ prompt, ids }: Completed, saved: TextModel): Int32Array {
  return Corpus.encode(decodeText([...prompt.ids, ...ids], saved), saved).ids;
}
