import type { Corpus } from '../data/corpus.ts';
import { UnrolledError } from '../errors.ts';
import type { RecurrentLM } from '../models/recurrent-lm.ts';
import { Breather } from './breather.ts';

export interface Evaluation {
  /** exp of the mean loss over all targets, each counted once. */
  readonly perplexity: number;
  /** The same over the targets that the vocabulary knows. */
  readonly knownPerplexity: number;
  /** The mean loss in nats. */
  readonly loss: number;
  /** The mean loss of a token in bits, divided by the mean length of a token in characters. */
  readonly bitsPerCharacter: number;
  /** How many tokens were predicted: all but the first, which nothing comes before. */
  readonly targets: number;
  /** How many of the targets are not in the vocabulary and stand as its unknown token. */
  readonly unknownTargets: number;
}

/** Tokens a block where nobody says. */
export const EVALUATION_T = 128;

export interface EvaluateOptions {
  /** Tokens a block; the result doesn't depend on it. Default 128. */
  T?: number;
  signal?: AbortSignal;
}

/**
 * Reads the text once from its first token to its last, as one stream, the state carried over.
 *
 * Every target counts once, the text's tail included. The model's own carried state is put back.
 * @throws when the text has fewer than two tokens or T is no whole number from 1 on, and the signal's
 * reason when it is aborted
 */
export async function evaluate(
  model: RecurrentLM,
  corpus: Corpus,
  { T = EVALUATION_T, signal }: EvaluateOptions = {},
): Promise<Evaluation> {
  if (!Number.isInteger(T) || T < 1) {
    throw new UnrolledError(`evaluate: T is ${T}; it must be a whole number from 1 on.`);
  }
  const targets = corpus.ids.length - 1;
  if (targets < 1) {
    throw new UnrolledError(
      `evaluate: the text has ${corpus.ids.length} token(s); it needs two at least, one to predict the other from.`,
    );
  }
  const before = model.getState();
  model.resetState();
  try {
    const losses = await lossesOf(model, corpus.ids, T, signal);
    return summarise(losses, corpus);
  } finally {
    model.setState(before);
  }
}

/** The loss of each token but the first, in nats. */
async function lossesOf(
  model: RecurrentLM,
  ids: Int32Array,
  T: number,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const losses = new Float64Array(ids.length - 1);
  const breather = new Breather();
  for (let start = 0; start < losses.length; start += T) {
    await breather.breathe();
    signal?.throwIfAborted();
    const end = Math.min(start + T, losses.length);
    const block = {
      N: 1,
      T: end - start,
      xs: ids.subarray(start, end),
      ts: ids.subarray(start + 1, end + 1),
    };
    const { xs, ts } = model.place(block);
    model.forward(xs, ts, false);
    losses.set(model.lossLayer.losses?.values() ?? [], start);
  }
  return losses;
}

function summarise(losses: Float64Array, corpus: Corpus): Evaluation {
  const targets = losses.length;
  const sum = losses.reduce((a, b) => a + b, 0);
  const unknown = [...corpus.unknownAt].filter((position) => position > 0);
  const unknownSum = unknown.reduce((a, position) => a + losses[position - 1], 0);
  const charactersPerToken = corpus.characters / corpus.ids.length;
  return {
    perplexity: Math.exp(sum / targets),
    knownPerplexity: Math.exp((sum - unknownSum) / (targets - unknown.length)),
    loss: sum / targets,
    bitsPerCharacter: sum / targets / Math.LN2 / charactersPerToken,
    targets,
    unknownTargets: unknown.length,
  };
}
