import { readFileSync } from 'node:fs';
import {
  type CacheOptions,
  Corpus,
  type DynamicOptions,
  type EvaluateOptions,
  evaluate,
  type SavedModel,
  tokenLosses,
  UnrolledError,
} from 'unrolled';
import { sourceFile } from 'unrolled/recipe';
import { type Axis, fitOnGrid, type Values } from './fit.ts';

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

/** How a model adapts to a text. */
export interface Adaptations {
  readonly dynamic: { readonly T: number; readonly dynamic: DynamicOptions };
  readonly cache: { readonly cache: CacheOptions };
  readonly both: Adaptations['dynamic'] & Adaptations['cache'];
}

const dynamicAxes = {
  lr: [0.003, 0.01, 0.03, 0.06, 0.1, 0.2, 0.3, 0.5, 1],
  decay: [0, 0.0003, 0.001, 0.003, 0.01],
} satisfies Record<string, Axis>;
const cacheAxes = {
  theta: [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5],
  lambda: [0.02, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3],
  window: [200, 500, 1000, 2000, 4000],
} satisfies Record<string, Axis>;
/** Block length of dynamic evaluation: Krause et al. 2018. */
const T = 5;
/** Length of the text on which parameters are fitted, in tokens. */
const FIT_TOKENS = 20_000;

export async function readCorpus(path: string, saved: SavedModel): Promise<Corpus> {
  const { text } = await sourceFile(readFileSync(path), path);
  return Corpus.encode(text, saved.tokenizer, saved.vocabulary);
}

/** Fits dynamic evaluation and the cache, each alone, on the beginning of a validation text. */
export async function fitAdaptations({ model }: SavedModel, { ids }: Corpus): Promise<Adaptations> {
  const part = ids.subarray(0, FIT_TOKENS + 1);
  const lossOf = async (options: EvaluateOptions) => {
    try {
      const losses = await tokenLosses(model, part, options);
      return losses.reduce((a, b) => a + b, 0) / losses.length;
    } catch (error) {
      if (error instanceof UnrolledError && ['diverged', 'not-finite'].includes(error.code)) return Infinity;
      throw error;
    }
  };
  const cache = await fitOnGrid(cacheAxes, { theta: 0.3, lambda: 0.1, window: 500 }, (values) =>
    lossOf({ cache: values }),
  );
  const dynamic = await fitOnGrid(dynamicAxes, { lr: 0.1, decay: 0 }, (values) =>
    lossOf({ T, dynamic: values }),
  );
  return adaptationsOf(dynamic.values, cache.values);
}

function adaptationsOf(
  dynamic: Values<keyof typeof dynamicAxes>,
  cache: Values<keyof typeof cacheAxes>,
): Adaptations {
  return { dynamic: { T, dynamic }, cache: { cache }, both: { T, dynamic, cache } };
}

/** Evaluates a model on a text by all protocols. @param windows their lengths */
export async function lossesOn(
  { model }: SavedModel,
  corpus: Corpus,
  windows: readonly number[],
  adaptations: Adaptations | null,
): Promise<TextLosses> {
  const { loss, bitsPerByte } = await evaluate(model, corpus);
  const ofWindows: Record<string, number> = {};
  for (const window of windows) ofWindows[window] = (await evaluate(model, corpus, { window })).loss;
  const plain = { carried: loss, windows: ofWindows, bitsPerByte };
  if (adaptations === null) return plain;
  const adapted = { dynamic: Number.NaN, cache: Number.NaN, both: Number.NaN };
  for (const way of ['dynamic', 'cache', 'both'] as const) {
    adapted[way] = (await evaluate(model, corpus, adaptations[way])).loss;
  }
  return { ...plain, adapted };
}
