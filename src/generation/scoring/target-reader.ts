import { UnrolledError } from '../../errors.ts';
import type { ModelState } from '../../models/model-state.ts';
import type { RecurrentLM } from '../../models/recurrent-lm.ts';

/** The label of steps that only fill a block up: the loss layer counts them not. */
const PADDING = -1;
/** Streams read side by side, and steps a block; with many tokens to choose from fewer, for the memory's sake. */
const STREAMS = 32;
const STEPS = 32;
const MAX_SCORES = 4_000_000;

/** Ids to predict one after the other, the first from `before`. */
export interface Strand {
  readonly before: number;
  readonly ids: Int32Array;
}

/** A token that might have come. */
export interface Alternative {
  readonly id: number;
  readonly probability: number;
}

/** How a model took one token. */
export interface TokenScore {
  /** −log₂ of its probability. */
  readonly bits: number;
  /** 1 + the number of tokens that were likelier; null when nobody asked. */
  readonly rank: number | null;
  /** The likeliest tokens in its place, the likeliest first. */
  readonly alternatives: readonly Alternative[];
}

/** Reads strands and scores their ids. The model's own carried state is what it was after each call. */
export class TargetReader {
  readonly #model: RecurrentLM;
  readonly #alternatives: number | null;
  /** How many strands are best read at once. */
  readonly streams: number;
  readonly #rows: number;

  /** @param alternatives how many are wanted; null for neither these nor ranks, which is faster */
  constructor(model: RecurrentLM, alternatives: number | null) {
    const most = Math.max(STREAMS, Math.floor(MAX_SCORES / model.config.vocabSize));
    this.#model = model;
    this.#alternatives = alternatives;
    this.streams = STREAMS;
    this.#rows = Math.min(STREAMS * STEPS, most);
  }

  /** Strands that know nothing of one another, each from a state of 0. */
  together(strands: readonly Strand[]): TokenScore[][] {
    return this.#read(strands, null).scores;
  }

  /** One strand that goes on from a state. */
  onward(strand: Strand, from: ModelState | null): { scores: TokenScore[]; state: ModelState | null } {
    const { scores, state } = this.#read([strand], from);
    return { scores: scores[0], state };
  }

  #read(
    strands: readonly Strand[],
    from: ModelState | null,
  ): { scores: TokenScore[][]; state: ModelState | null } {
    const before = this.#model.getState();
    const scores: TokenScore[][] = strands.map(() => []);
    const length = strands.reduce((most, { ids }) => Math.max(most, ids.length), 0);
    const steps = Math.max(1, Math.floor(this.#rows / strands.length));
    try {
      this.#model.setState(from);
      for (let start = 0; start < length; start += steps) {
        this.#block(strands, start, Math.min(steps, length - start), scores);
      }
      return { scores, state: this.#model.getState() };
    } finally {
      this.#model.setState(before);
    }
  }

  /** Steps start … start + T − 1 of all strands; shorter ones are filled up. */
  #block(strands: readonly Strand[], start: number, T: number, out: TokenScore[][]): void {
    const N = strands.length;
    const block = { N, T, xs: new Int32Array(T * N), ts: new Int32Array(T * N).fill(PADDING) };
    strands.forEach(({ before, ids }, n) => {
      const end = Math.min(start + T, ids.length);
      for (let t = start; t < end; t++) {
        block.xs[(t - start) * N + n] = t === 0 ? before : ids[t - 1];
        block.ts[(t - start) * N + n] = ids[t];
      }
    });
    const score = this.#forward(block);
    strands.forEach(({ ids }, n) => {
      const end = Math.min(start + T, ids.length);
      for (let t = start; t < end; t++) out[n].push(score((t - start) * N + n, ids[t]));
    });
  }

  /** What reads off the score of row m, whose target is `id`. */
  #forward(block: {
    N: number;
    T: number;
    xs: Int32Array;
    ts: Int32Array;
  }): (m: number, id: number) => TokenScore {
    const model = this.#model;
    const { xs, ts } = model.place(block);
    const count = this.#alternatives;
    if (count === null) {
      model.forward(xs, ts, false);
      const losses = model.lossLayer.losses!.view(); // (T·N)
      return (m) => ({ bits: toBits(losses[m]), rank: null, alternatives: [] });
    }
    const { scores, losses, ranks, top } = model.rank(xs, ts, count);
    const [rows, nats, places] = [scores.view(), losses.view(), ranks.view()]; // (T·N, V), (T·N), (T·N)
    const highest = top?.view() ?? new Int32Array(); // (T·N, K)
    const [V, K] = [model.config.vocabSize, top ? top.size / nats.length : 0];
    return (m, id) => {
      const own = rows[m * V + id];
      const alternatives = Array.from(highest.subarray(m * K, (m + 1) * K), (likely) => {
        return { id: likely, probability: Math.exp(rows[m * V + likely] - own - nats[m]) };
      });
      return { bits: toBits(nats[m]), rank: places[m], alternatives };
    };
  }
}

function toBits(nats: number): number {
  if (Number.isFinite(nats)) return nats / Math.LN2;
  throw new UnrolledError(
    'not-finite',
    `score: the loss of a token is ${nats}; it must be finite. Check the weights.`,
  );
}
