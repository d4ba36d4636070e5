import { UnrolledError } from '../errors.ts';
import { wrongKind } from '../kinds.ts';
import { createMask, type Mask, mix } from './mask.ts';
import type { StreamPart } from './stream-part.ts';

/** The saved state of a `MaskSource`: a resumed run draws the same masks from it. */
export interface MaskState {
  /** The seed of the source. */
  readonly seed: number;
  /** Number of blocks so far. */
  readonly step: number;
}

/** @throws {UnrolledError} code `option-value` when `masks` is not a MaskSource */
export function checkMasks(where: string, masks: unknown): void {
  if (typeof Object(masks).stream === 'function') return;
  throw wrongKind(where, 'the masks', masks, 'a MaskSource', 'Pass new MaskSource(seed).');
}

/** Returns the mask of the current step; null if nothing is dropped (rate 0, or not training). */
export type MaskStream = () => Mask | null;

/**
 * The dropout masks of a model: one source with a stream for each dropout layer.
 *
 * A mask is a pure function of seed, step and stream. Streams are numbered in order of creation, so a model
 * built in the same way gets the same masks.
 */
export class MaskSource {
  /** Set to false to turn dropout off, for evaluation and generation. Default true. */
  training = true;
  /**
   * The streams of the block that are computed here, so that they get the same masks as among all streams. Null: all, the
   * default.
   */
  streams: StreamPart | null = null;
  #seed = 0;
  #step = 0;
  #streams = 0;

  /**
   * @param seed an integer from 0 to 2³² − 1
   * @throws {UnrolledError} code `option-value` for another seed
   */
  constructor(seed: number) {
    this.restore({ seed, step: 0 });
  }

  /** Number of blocks so far. */
  get step(): number {
    return this.#step;
  }

  /** Advances to the next block, which gets new masks. */
  next(): void {
    this.#step += 1;
  }

  /**
   * Creates the mask stream of one layer.
   *
   * @param where the layer's name, for error messages
   * @param rate the dropout probability, from 0 to below 1
   * @throws {UnrolledError} code `option-value` for another rate
   */
  stream(where: string, rate: number): MaskStream {
    if (!(rate >= 0 && rate < 1)) {
      throw new UnrolledError(
        'option-value',
        `${where}: the dropout rate is ${rate}; it must be at least 0 and below 1. Use 0.5, for example.`,
      );
    }
    const stream = this.#streams++;
    return () => (this.training && rate > 0 ? createMask(this.#keys(stream), rate, this.streams) : null);
  }

  /** Creates a stream of seeds for one layer's own generator: a new seed for each block. */
  seeds(): () => number {
    const stream = this.#streams++;
    return () => this.#keys(stream)[0];
  }

  /** Returns the state, for `restore`. */
  save(): MaskState {
    return { seed: this.#seed, step: this.#step };
  }

  /**
   * Restores what `save` returned.
   * @throws {UnrolledError} code `option-value` for an invalid seed or step
   */
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

  /**
   * Earlier name of `save`.
   * @deprecated Use `save`.
   */
  getState(): MaskState {
    return this.save();
  }

  /**
   * Earlier name of `restore`.
   * @deprecated Use `restore`.
   * @throws {UnrolledError} as `restore`
   */
  setState(state: MaskState): void {
    this.restore(state);
  }

  /** Within one stream the first word never repeats; the second separates streams whose first words coincide. */
  #keys(stream: number): [number, number] {
    const [seed, step] = [this.#seed, this.#step];
    return [mix(mix(mix(seed) ^ stream) ^ step), mix(mix(mix(~seed) ^ step) ^ stream)];
  }
}
