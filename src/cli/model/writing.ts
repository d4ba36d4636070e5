import { lineEnd, orLineStart } from '../../data/line-end.ts';
import { beamSearch } from '../../generation/beam.ts';
import type { RepetitionOptions } from '../../generation/choice/repetition.ts';
import { type GenerateOptions, generate, generateBatch } from '../../generation/generate.ts';
import type { SampleOptions } from '../../generation/sample.ts';
import { TextOut } from '../../generation/text-out.ts';
import type { SavedModel } from '../../models/model-file.ts';
import { Random } from '../../tensor/random.ts';
import type { Prompt } from './prompt.ts';

/** So many texts are written at once: bounds the scores held, N·V. */
const BATCH = 64;

export interface Length {
  /** Tokens; Infinity is without end. */
  readonly length: number;
  /** Strings that end a text before them. */
  readonly stop: readonly string[];
}

export interface Drawing extends Length {
  readonly choice: SampleOptions & RepetitionOptions;
  readonly seed: number;
}

export interface Searching extends Length {
  readonly width: number;
  readonly alpha: number;
  readonly banned: readonly number[];
}

/** A text that is done. */
export interface Written {
  readonly prompt: Prompt;
  readonly ids: readonly number[];
  /** What of it is for all to know in `--json`. */
  readonly facts: { readonly seed: number } | { readonly logProbability: number; readonly score: number };
}

/** The pieces of one text as they come, its prompt first, and the ids. */
export async function* writeOne(
  saved: SavedModel,
  prompt: Prompt,
  drawing: Drawing,
  signal?: AbortSignal,
): AsyncGenerator<string, void> {
  const out = new TextOut(saved, drawing.stop);
  yield out.prompt(prompt.ids);
  for await (const id of generate(saved.model, optionsOf(saved, prompt, drawing, out, signal)))
    yield out.push(id);
  yield out.end();
}

/** Many texts, some at once, in their order. Text i is the one that its prompt alone gives with the seed + i. */
export async function* writeMany(
  saved: SavedModel,
  prompts: readonly Prompt[],
  drawing: Drawing,
  signal: AbortSignal,
): AsyncGenerator<Written, void> {
  for (let first = 0; first < prompts.length && !signal.aborted; first += BATCH) {
    const texts = prompts.slice(first, first + BATCH).map((prompt, i) => {
      const seed = (drawing.seed + first + i) % 2 ** 32;
      const out = new TextOut(saved, drawing.stop);
      const options = optionsOf(saved, prompt, { ...drawing, seed }, out, signal);
      return { prompt, out, options, ids: [] as number[], facts: { seed } };
    });
    const batch = generateBatch(
      saved.model,
      texts.map(({ options }) => options),
    );
    for await (const { text, id } of batch) {
      texts[text].ids.push(id);
      texts[text].out.push(id);
    }
    if (!signal.aborted) yield* texts;
  }
}

/** The likeliest continuation of each prompt, up to the end of its line. */
export async function* searchMany(
  saved: SavedModel,
  prompts: readonly Prompt[],
  { width, length, alpha, banned }: Searching,
): AsyncGenerator<Written, void> {
  const end = lineEnd(saved.vocabulary);
  for (const prompt of prompts) {
    const options = { width, length, alpha, banned, ends: end === undefined ? [] : [end] };
    const [best] = await beamSearch(saved.model, {
      prompt: orLineStart(prompt.ids, saved.vocabulary),
      ...options,
    });
    const { ids, logProbability, score } = best;
    yield { prompt, ids, facts: { logProbability, score } };
  }
}

/** The text of ids, behind its prompt if one is given, up to the first stop string. */
export function textOf(
  saved: SavedModel,
  ids: Iterable<number>,
  stop: readonly string[],
  prompt?: Prompt,
): string {
  const out = new TextOut(saved, stop);
  let text = prompt ? out.prompt(prompt.ids) : '';
  for (const id of ids) text += out.push(id);
  return text + out.end();
}

function optionsOf(
  saved: SavedModel,
  prompt: Prompt,
  { length, choice, seed }: Drawing,
  out: TextOut,
  signal?: AbortSignal,
): GenerateOptions {
  const done = () => out.stopped || signal?.aborted === true;
  return {
    ...choice,
    prompt: orLineStart(prompt.ids, saved.vocabulary),
    length,
    done,
    random: new Random(seed),
  };
}
