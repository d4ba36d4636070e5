import type { Batches } from '../../data/batches/batches.ts';
import { exp } from '../../tensor/portable-math.ts';
import type { MeterState } from '../state/training-state.ts';

export interface Step {
  /** Mean loss of the block, in nats. */
  readonly loss: number;
  /** Length of the block, in steps. */
  readonly T: number;
  /** Global norm of the gradients before clipping; null without clipping. */
  readonly gradientNorm: number | null;
  /** The learning rate, without the factor of a shorter block. */
  readonly lr: number;
}

/** Running totals of an epoch; a block counts in proportion to its length. */
export class EpochMeter {
  #state: MeterState;

  constructor(state: MeterState = { time: 0, losses: 0, blocks: 0, tokens: 0, seconds: 0 }) {
    this.#state = state;
  }

  /** Runs a step and adds it to the totals. */
  async measure({ N, T }: Batches, take: () => Promise<Step>): Promise<Step> {
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
    return step;
  }

  /** Time steps read in this epoch. */
  get time(): number {
    return this.#state.time;
  }

  get trainPerplexity(): number {
    return exp(this.#state.losses / this.#state.blocks);
  }

  get tokensPerSecond(): number {
    return this.#state.tokens / this.#state.seconds;
  }

  save(): MeterState {
    return this.#state;
  }
}

/** A step that blocks the main thread of a page for longer makes the page stutter. */
const SLOW_MS = 100;

/** Warns once per run when a step blocks the main thread of a page for too long; outside pages it does nothing. */
export class SlowStep {
  readonly #warn: (line: string) => void;
  #hasWarned: boolean;

  /** @param warn receives the warning. Default: console.warn */
  constructor(warn: (line: string) => void = (line) => console.warn(line)) {
    this.#warn = warn;
    this.#hasWarned = !('document' in globalThis);
  }

  /** Runs a step and measures how long it blocks the thread. */
  watch<T>(step: () => T): T {
    const began = performance.now();
    const result = step();
    const held = performance.now() - began;
    if (this.#hasWarned || held <= SLOW_MS) return result;
    this.#hasWarned = true;
    this.#warn(
      `train: a step blocked the main thread of the page for ${Math.round(held)} ms; above ${SLOW_MS} ms a page stutters. ` +
        'Train in a worker (see examples/worker), or use a smaller N, T or hidden size.',
    );
    return result;
  }
}
