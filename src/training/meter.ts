import type { StreamBatches } from '../data/stream-batches.ts';
import type { MeterState } from './state/training-state.ts';

export interface Step {
  /** The mean over the block, in nats. */
  readonly loss: number;
  readonly T: number;
}

/** The running totals of an epoch; a block of another length than T counts in proportion. */
export class Meter {
  #state: MeterState;

  constructor(state: MeterState = { time: 0, losses: 0, blocks: 0, tokens: 0, seconds: 0 }) {
    this.#state = state;
  }

  async measure({ N, T }: StreamBatches, take: () => Promise<Step>): Promise<number> {
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
