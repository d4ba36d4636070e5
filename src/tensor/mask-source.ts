import { UnrolledError } from '../errors.ts';
import { createMask, type Mask, mix } from './mask.ts';

/** All that a stopped run needs to go on with the masks of one that never stopped. */
export interface MaskState {
  readonly seed: number;
  readonly step: number;
}

/** The mask of the step under way; null where nothing goes: the rate is 0, or nobody trains. */
export type MaskStream = () => Mask | null;

/**
 * The random masks of a model: one source, with a stream for each place that drops.
 *
 * A mask is a pure function of seed, step and stream. Streams are numbered in the order in which they
 * are asked for, so that a model built in the same way has the same masks.
 */
export class MaskSource {
  /** False passes everything on as it is: for evaluation and generation. Default true. */
  training = true;
  #seed = 0;
  #step = 0;
  #streams = 0;

  /** @param seed an integer from 0 to 2³² − 1 */
  constructor(seed: number) {
    this.restore({ seed, step: 0 });
  }

  /** Begins a block: from here on all masks are others. */
  next(): void {
    this.#step += 1;
  }

  /**
   * A stream for one place of the model.
   *
   * @param where the place's name for the error
   * @param rate the share of numbers that go
   * @throws unless the rate is from 0 to below 1
   */
  stream(where: string, rate: number): MaskStream {
    if (!(rate >= 0 && rate < 1)) {
      throw new UnrolledError(
        'option-value',
        `${where}: the rate is ${rate}; it must be from 0 to below 1, for example 0.5.`,
      );
    }
    const stream = this.#streams++;
    return () => (this.training && rate > 0 ? createMask(this.#keys(stream), rate) : null);
  }

  /** What begins another generator of one place of the model, in each block a new one. */
  seeds(): () => number {
    const stream = this.#streams++;
    return () => this.#keys(stream)[0];
  }

  save(): MaskState {
    return { seed: this.#seed, step: this.#step };
  }

  /** Continues where `save` was called. Throws for what is no seed or no step. */
  restore({ seed, step }: MaskState): void {
    for (const [name, value] of Object.entries({ seed, step })) {
      if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) continue;
      throw new UnrolledError(
        'option-value',
        `MaskSource: ${name} is ${value}; it must be an integer from 0 to 4294967295.`,
      );
    }
    this.#seed = seed;
    this.#step = step;
  }

  /** @deprecated Use `save`. */
  getState(): MaskState {
    return this.save();
  }

  /** @deprecated Use `restore`. */
  setState(state: MaskState): void {
    this.restore(state);
  }

  /** In one stream the first word never comes twice; the second makes streams differ where it meets. */
  #keys(stream: number): [number, number] {
    const [seed, step] = [this.#seed, this.#step];
    return [mix(mix(mix(seed) ^ stream) ^ step), mix(mix(mix(~seed) ^ step) ^ stream)];
  }
}
