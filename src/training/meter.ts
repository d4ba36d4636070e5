import type { Batches } from '../data/batches/batches.ts';
import type { MeterState } from './state/training-state.ts';

export interface Step {
  /** The mean over the block, in nats. */
  readonly loss: number;
  readonly T: number;
}

/** The running totals of an epoch; a block of another length than T counts in proportion. */
export class EpochMeter {
  #state: MeterState;

  constructor(state: MeterState = { time: 0, losses: 0, blocks: 0, tokens: 0, seconds: 0 }) {
    this.#state = state;
  }

  async measure({ N, T }: Batches, take: () => Promise<Step>): Promise<number> {
    const began = performance.now();
    const step = await take();
    const { time, losses, blocks, tokens, seconds } = this.#state;
    this.#state = {
      time: time + step.T,
      losses: losses + step.loss * (step.T / T),
      blocks: blocks + step.T / T,
      tokens: tokens + N * step.T,
      seconds: seconds + (performance.now() - began) / 1000,
    };
    return step.loss;
  }

  get time(): number {
    return this.#state.time;
  }

  get trainPerplexity(): number {
    return Math.exp(this.#state.losses / this.#state.blocks);
  }

  get tokensPerSecond(): number {
    return this.#state.tokens / this.#state.seconds;
  }

  save(): MeterState {
    return this.#state;
  }
}

/** How long a step may hold the main thread of a page, which draws and answers no one meanwhile. */
const SLOW_MS = 100;

/** Says once that the steps of a run hold a page's main thread for long; elsewhere, nothing. */
export class SlowStep {
  readonly #say: (line: string) => void;
  #isSaid: boolean;

  /** @param say receives the line. Default: console.warn */
  constructor(say: (line: string) => void = (line) => console.warn(line)) {
    this.#say = say;
    this.#isSaid = !('document' in globalThis);
  }

  /** Runs a step, and measures for how long it holds the thread. */
  watch<T>(step: () => T): T {
    const began = performance.now();
    const result = step();
    const held = performance.now() - began;
    if (this.#isSaid || held <= SLOW_MS) return result;
    this.#isSaid = true;
    this.#say(
      `train: a step held the main thread of the page for ${Math.round(held)} ms; above ${SLOW_MS} ms a page stutters. ` +
        'Train in a worker (examples/worker shows how), or with a smaller N, T or hidden size.',
    );
    return result;
  }
}
