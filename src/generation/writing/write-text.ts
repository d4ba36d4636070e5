import { promptOrLineStart } from '../../data/texts/line-end.ts';
import type { TextModel } from '../../models/model-file.ts';
import { Random } from '../../tensor/random.ts';
import { beamSearch } from './beam.ts';
import { generate } from './generate.ts';
import { heal } from './heal.ts';
import type { Prompt } from './prompt.ts';
import { TextStreamer } from './text-streamer.ts';
import type { DrawingOptions } from './writer.ts';

export interface Length {
  /** Tokens; Infinity is without end. */
  readonly length: number;
  /** Strings that end a text before them. */
  readonly stop: readonly string[];
}

export interface SamplingSettings extends Length {
  readonly choice: DrawingOptions;
  readonly seed: number;
}

export interface BeamSettings extends Length {
  readonly width: number;
  readonly alpha: number;
  readonly banned: readonly number[];
  readonly allowUnknown: boolean;
}

/** A text that is done. */
export interface Completed {
  readonly prompt: Prompt;
  readonly ids: readonly number[];
  /** What of it is for all to know in `--json`. */
  readonly facts: { readonly seed: number } | { readonly logProbability: number; readonly score: number };
}

/** The pieces of one text as they come, its prompt first. A prompt that ends within a word is healed. */
export async function* writeOne(
  saved: TextModel,
  prompt: Prompt,
  drawing: SamplingSettings,
  signal?: AbortSignal,
): AsyncGenerator<string, void> {
  const { choice, seed, length, stop } = drawing;
  const out = new TextStreamer(saved, stop);
  yield prompt.text;
  const random = new Random(seed);
  const healed = await heal(saved, prompt, random, choice);
  yield begin(out, healed, saved);
  const ids = generate(saved.model, {
    ...choice,
    prompt: promptOrLineStart(healed.ids, saved.vocabulary),
    length,
    done: () => out.stopped || signal?.aborted === true,
    random,
  });
  for await (const id of ids) yield out.push(id);
  yield out.end();
}

/**
 * The likeliest continuation of each prompt, up to the end of its line, or of its item; none of null, a prompt that can't be read. Throws
 * the signal's reason.
 */
export async function* searchMany(
  saved: TextModel,
  prompts: AsyncIterable<Prompt | null>,
  { width, length, alpha, banned, allowUnknown }: BeamSettings,
  signal: AbortSignal,
): AsyncGenerator<Completed, void> {
  const { vocabulary } = saved;
  for await (const prompt of prompts) {
    if (prompt === null) continue;
    const [best] = await beamSearch(saved.model, {
      prompt: promptOrLineStart(prompt.ids, vocabulary),
      ends: vocabulary.endId < 0 ? vocabulary.lineEndIds : [vocabulary.endId],
      ...{ width, length, alpha, banned, allowUnknown, signal },
    });
    const { ids, logProbability, score } = best;
    yield { prompt, ids, facts: { logProbability, score } };
  }
}

/** The text of ids, behind its prompt if one is given, up to the first stop string. */
export function textOf(
  saved: TextModel,
  ids: Iterable<number>,
  stop: readonly string[],
  prompt?: Prompt,
): string {
  const out = new TextStreamer(saved, stop);
  let text = prompt ? prompt.text + begin(out, prompt, saved) : '';
  for (const id of ids) text += out.push(id);
  return text + out.end();
}

/** The same of a text that is done, without its prompt. */
export function continuationOf(
  saved: TextModel,
  { prompt, ids }: Completed,
  stop: readonly string[],
): string {
  if (prompt.begun === undefined) return textOf(saved, ids, stop);
  return textOf(saved, ids, stop, prompt).slice(prompt.text.length);
}

/** What follows a prompt as it was typed, words that the vocabulary lacks too: nothing, or the rest of a word. */
function begin(out: TextStreamer, { text, ids, begun = '' }: Prompt, { tokenizer }: TextModel): string {
  out.prompt(ids, tokenizer.endsWithSpace(text));
  return out.begin(begun);
}
