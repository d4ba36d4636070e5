import { UnrolledError } from '../errors.ts';
import { wrongKind } from '../kinds.ts';
import { createMask, type Mask, mix } from './mask.ts';

/** The state that a resumed run needs for the same masks. */
export interface MaskState {
  readonly seed: number;
  readonly step: number;
}

/** Throws for what is no source of masks, such as the options in its place. */
export function checkMasks(where: string, masks: unknown): void {
  if (typeof Object(masks).stream === 'function') return;
  throw wrongKind(where, 'the masks', masks, 'a MaskSource', 'Give new MaskSource(seed).');
}

/** The mask of the current step; null without dropout: at rate 0, or outside of training. */
export type MaskStream = () => Mask | null;

/**
 * The random masks of a model: one source, with a stream for each dropout layer.
 *
 * A mask is a pure function of seed, step and stream. Streams are numbered in the order of creation, so that
 * a model built in the same way has the same masks.
 */
export class MaskSource {
  /** False turns dropout off: for evaluation and generation. Default true. */
  training = true;
  #seed = 0;
  #step = 0;
  #streams = 0;

  /** @param seed an integer from 0 to 2³² − 1 */
  constructor(seed: number) {
    this.restore({ seed, step: 0 });
  }

  /** Begins a block, which has new masks. */
  next(): void {
    this.#step += 1;
  }

  /**
   * A stream for one layer of the model.
   *
   * @param where the layer's name, for the error
   * @param rate the dropout probability
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

  /** The seed of another generator for one layer, a new one for each block. */
  seeds(): () => number {
    const stream = this.#streams++;
    return () => this.#keys(stream)[0];
  }

  save(): MaskState {
    return { seed: this.#seed, step: this.#step };
  }

  /** Continues where `save` was called. Throws for an invalid seed or step. */
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
