import { promptOrLineStart } from '../../data/texts/line-end.ts';
import type { TextModel } from '../../models/model-file.ts';
import { Random } from '../../tensor/random.ts';
import { beamSearch } from './beam.ts';
import { generate } from './generate.ts';
import { heal } from './heal.ts';
import type { Prompt } from './prompt.ts';
import { TextStreamer } from './text-streamer.ts';
import type { NextTokenOptions } from './writer.ts';

export interface Length {
  /** Maximum number of tokens; Infinity for no limit. */
  readonly length: number;
  /** Stop strings: the text ends before the first one. */
  readonly stop: readonly string[];
}

export interface SamplingSettings extends Length {
  readonly choice: NextTokenOptions;
  readonly seed: number;
}

export interface BeamSettings extends Length {
  readonly width: number;
  readonly alpha: number;
  readonly banned: readonly number[];
  readonly allowUnknown: boolean;
}

/** A generated text. */
export interface Completed {
  readonly prompt: Prompt;
  readonly ids: readonly number[];
  /** The values reported by `--json`. */
  readonly facts: { readonly seed: number } | { readonly logProbability: number; readonly score: number };
}

/** Generates one text and yields it in pieces, the prompt first. A prompt that ends within a word is healed. */
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
 * The most likely continuation of each prompt up to the end of its line or item, by beam search. Null prompts, which could not be
 * read, are skipped. Throws the signal's reason.
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

/** Decodes ids, after the prompt if one is given, up to the first stop string. */
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

/** The text of a generated continuation, without its prompt. */
export function continuationOf(
  saved: TextModel,
  { prompt, ids }: Completed,
  stop: readonly string[],
): string {
  if (prompt.begun === undefined) return textOf(saved, ids, stop);
  return textOf(saved, ids, stop, prompt).slice(prompt.text.length);
}

/** The text between the prompt as typed and the first generated token: nothing, or the rest of a healed word. */
function begin(out: TextStreamer, { text, ids, begun = '' }: Prompt, { tokenizer }: TextModel): string {
  out.prompt(ids, tokenizer.endsWithSpace(text));
  return out.begin(begun);
}
