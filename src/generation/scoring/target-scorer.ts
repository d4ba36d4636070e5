import type { Batch } from '../../data/batches/batches.ts';
import { UnrolledError } from '../../errors.ts';
import type { RecurrentLM } from '../../models/recurrent-lm.ts';
import type { State } from '../../models/state/state.ts';
import { exp } from '../../tensor/portable-math.ts';
import { numbersOf, type Reads } from '../../tensor/reads.ts';
import type { Tensor, TensorView } from '../../tensor/tensor.ts';

/** The label of padding, which the loss layer ignores. */
const PADDING = -1;
/** Streams and steps per block; fewer for a large vocabulary, to bound memory. */
const STREAMS = 32;
const STEPS = 32;
const MAX_SCORES = 4_000_000;

/** A sequence of ids to score, the first one predicted from `before`. */
export interface IdSequence {
  readonly before: number;
  readonly ids: Int32Array;
}

/** One of the most likely tokens. */
export interface Alternative {
  /** The token's id. */
  readonly id: number;
  /** Its probability, from 0 to 1. */
  readonly probability: number;
}

/** The score of one token. */
export interface TokenScore {
  /** The surprisal in bits: −log₂ of its probability. */
  readonly bits: number;
  /** 1 + the number of more likely tokens; null without alternatives. */
  readonly rank: number | null;
  /** The most likely tokens at its position, most likely first. */
  readonly alternatives: readonly Alternative[];
}

/** Scores the ids of sequences. The model's carried state is not changed. */
export class TargetScorer {
  readonly #model: RecurrentLM;
  readonly #alternatives: number | null;
  /** The best number of sequences per call. */
  readonly streams: number;
  readonly #rows: number;

  /** @param alternatives the number of alternatives; null omits them and ranks, which is faster */
  constructor(model: RecurrentLM, alternatives: number | null) {
    const most = Math.max(STREAMS, Math.floor(MAX_SCORES / model.config.vocabSize));
    this.#model = model;
    this.#alternatives = alternatives;
    this.streams = STREAMS;
    this.#rows = Math.min(STREAMS * STEPS, most);
  }

  /** Scores independent sequences, each from the zero state. */
  scoreIndependent(sequences: readonly IdSequence[]): Promise<TokenScore[][]> {
    return this.#model.run(this.#read(sequences, null));
  }

  /** Scores one sequence from a state, which is released, or from the zero state. */
  async scoreFrom(
    sequence: IdSequence,
    from: State | null,
  ): Promise<{ scores: TokenScore[]; state: State | null }> {
    const moved: { state: State | null } = { state: null };
    const [scores] = await this.#model.run(this.#read([sequence], from, moved));
    from?.release();
    return { scores, ...moved };
  }

  /** Reads the inputs of a sequence as `scoreFrom` does, without its scores, which cost the more the larger V is. → the state after it */
  async readFrom({ before, ids }: IdSequence, from: State | null): Promise<State> {
    const inputs = Int32Array.of(before, ...ids.subarray(0, -1)); // (T)
    return await this.#model.call(() => {
      const state = from ?? this.#model.state();
      this.#model.read(inputs, [state]);
      return state;
    });
  }

  /** @param moved receives the state after the sequences */
  *#read(
    sequences: readonly IdSequence[],
    from: State | null,
    moved?: { state: State | null },
  ): Reads<TokenScore[][]> {
    const model = this.#model;
    const before = model.carried();
    const scores: TokenScore[][] = sequences.map(() => []);
    const length = sequences.reduce((most, { ids }) => Math.max(most, ids.length), 0);
    const steps = Math.max(1, Math.floor(this.#rows / sequences.length));
    try {
      model.carry(from);
      for (let start = 0; start < length; start += steps) {
        yield* this.#block(sequences, start, Math.min(steps, length - start), scores);
      }
      if (moved) moved.state = model.carried();
      return scores;
    } finally {
      model.carry(before);
      before?.release();
    }
  }

  /** Steps start … start + T − 1 of all sequences; shorter ones are padded. */
  *#block(sequences: readonly IdSequence[], start: number, T: number, out: TokenScore[][]): Reads<void> {
    const N = sequences.length;
    const block = { N, T, xs: new Int32Array(T * N), ts: new Int32Array(T * N).fill(PADDING) };
    sequences.forEach(({ before, ids }, n) => {
      const end = Math.min(start + T, ids.length);
      for (let t = start; t < end; t++) {
        block.xs[(t - start) * N + n] = t === 0 ? before : ids[t - 1];
        block.ts[(t - start) * N + n] = ids[t];
      }
    });
    const score = yield* this.#forward(block);
    sequences.forEach(({ ids }, n) => {
      const end = Math.min(start + T, ids.length);
      for (let t = start; t < end; t++) out[n].push(score((t - start) * N + n));
    });
  }

  /** Computes a block; returns a function for the score of row m's target. */
  *#forward(block: Batch): Reads<(m: number) => TokenScore> {
    const model = this.#model;
    const { xs, ts } = model.place(block);
    const count = this.#alternatives;
    if (count === null) {
      const losses = yield* numbersOf(model.forward(xs, ts, false).losses); // (T·N)
      return (m) => ({ bits: toBits(losses[m]), rank: null, alternatives: [] });
    }
    const { scores, losses, ranks, top } = model.rank(xs, ts, count);
    const [nats, places, highest] = yield top ? [losses, ranks, top] : [losses, ranks]; // (T·N), (T·N), (T·N, K)
    const K = top ? top.size / nats.length : 0;
    const logits = K > 0 ? yield* this.#logitsOf(scores, block.ts, highest, K) : new Float32Array(); // (T·N, 1 + K)
    return (m) => {
      const [own, most] = [logits[m * (1 + K)], logits[m * (1 + K) + 1]];
      const alternatives = Array.from({ length: K }, (_, k) => {
        const other = logits[m * (1 + K) + 1 + k];
        // For huge logits the loss is inexact; the difference to the largest logit always bounds the probability.
        const log = Math.min(other - own - nats[m], other - most);
        return { id: highest[m * K + k], probability: exp(log) };
      });
      return { bits: toBits(nats[m]), rank: places[m], alternatives };
    };
  }

  /** The logits of each row's target and of its K highest tokens, (T·N, 1 + K), from (N, T, V). 0 for padding. */
  #logitsOf(scores: Tensor, ts: Int32Array, highest: TensorView, K: number): Reads<TensorView> {
    const V = this.#model.config.vocabSize;
    const places = new Int32Array(ts.length * (1 + K));
    ts.forEach((t, m) => {
      if (t === PADDING) return;
      places[m * (1 + K)] = m * V + t;
      for (let k = 0; k < K; k++) places[m * (1 + K) + 1 + k] = m * V + highest[m * K + k];
    });
    return numbersOf(this.#model.pick(scores, places));
  }
}

function toBits(nats: number): number {
  if (Number.isFinite(nats)) return nats / Math.LN2;
  throw new UnrolledError(
    'not-finite',
    `score: the loss of a token is ${nats}; it must be finite. Check the weights.`,
  );
}
