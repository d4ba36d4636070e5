import { readFileSync } from 'node:fs';
import {
  type CacheOptions,
  Corpus,
  type DynamicOptions,
  type EvaluateOptions,
  evaluate,
  fitAdaptation,
  type GradientStatistics,
  type SavedModel,
} from 'unrolled';
import { sourceFile } from 'unrolled/recipe';
import { windowLosses } from '../window-losses.ts';

/** Losses of a model on a text, as means over all targets, in nats. */
export interface TextLosses {
  /** One stream whose state is carried to the end. */
  readonly carried: number;
  /** Consecutive windows of so many tokens, each from an empty state. */
  readonly windows: Readonly<Record<string, number>>;
  readonly bitsPerByte: number;
  /** With parameters fitted on the validation text; missing where nothing was fitted. */
  readonly adapted?: Readonly<Record<keyof Adaptations, number>>;
}

/** How a model adapts to a text; gradient statistics are not part of it, so that it can be written as JSON. */
export interface Adaptations {
  readonly dynamic: { readonly T: number; readonly dynamic: DynamicOptions };
  readonly cache: { readonly cache: CacheOptions };
  readonly both: Adaptations['dynamic'] & Adaptations['cache'];
}

/** The adaptations, in the order of the table. */
export const adaptationNames = ['dynamic', 'cache', 'both'] as const;

/** Block length of dynamic evaluation: Krause et al. 2018. */
const T = 5;

export async function readCorpus(path: string, saved: SavedModel): Promise<Corpus> {
  const { text } = await sourceFile(readFileSync(path), path);
  return Corpus.encode(text, saved.tokenizer, saved.vocabulary);
}

/**
 * Fits dynamic evaluation and the cache, each alone, on the beginning of a validation text.
 * @param statistics of the training text
 */
export async function fitAdaptations(
  { model }: SavedModel,
  corpus: Corpus,
  statistics: GradientStatistics,
): Promise<Adaptations> {
  const fitted = await fitAdaptation(model, corpus, { dynamic: { statistics }, cache: {} });
  const { statistics: _, ...dynamic } = { ...fitted.dynamic };
  const cache = { ...fitted.cache };
  return { dynamic: { T, dynamic }, cache: { cache }, both: { T, dynamic, cache } };
}

/**
 * Evaluates a model on a text by all protocols.
 * @param windows their lengths
 * @param statistics of the training text, where dynamic evaluation was fitted with them
 */
export async function lossesOn(
  { model }: SavedModel,
  corpus: Corpus,
  windows: readonly number[],
  adaptations: Adaptations | null,
  statistics: GradientStatistics | null,
): Promise<TextLosses> {
  const { loss, bitsPerByte } = await evaluate(model, corpus);
  const plain = { carried: loss, windows: await windowLosses(model, corpus, windows), bitsPerByte };
  if (adaptations === null) return plain;
  const adapted = { dynamic: Number.NaN, cache: Number.NaN, both: Number.NaN };
  for (const way of adaptationNames) {
    adapted[way] = (await evaluate(model, corpus, withStatistics(adaptations[way], statistics))).loss;
  }
  return { ...plain, adapted };
}

function withStatistics(options: EvaluateOptions, statistics: GradientStatistics | null): EvaluateOptions {
  if (!options.dynamic || !statistics) return options;
  return { ...options, dynamic: { ...options.dynamic, statistics } };
}
