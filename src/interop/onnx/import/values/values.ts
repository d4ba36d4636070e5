import { MOST_AXES } from '../../../network/shape.ts';
import type { Axis, Size } from './axes.ts';
import { type Constant, isAllZero } from './constant.ts';
import type { Stage } from './stages.ts';

/** Integers that depend on the sizes of the input, such as the result of `Shape`. */
export interface Sizes {
  readonly kind: 'sizes';
  /** Whether it is one number without an axis. */
  readonly isScalar: boolean;
  /** Null for a number that is not known. */
  readonly items: readonly (Size | null)[];
}

/** One number everywhere, such as the zeros of initial states, in an array whose sizes depend on the input. */
export interface Uniform {
  readonly kind: 'uniform';
  readonly value: number;
  /** What each axis counts; null if that is not known. */
  readonly axes: readonly Axis[] | null;
}

/** An array that depends on the input of the model. */
export interface Signal {
  readonly kind: 'signal';
  /** What was computed so far. */
  readonly stage: Stage;
  /** What each axis counts; null if that is not known, as of a part of a state. */
  readonly axes: readonly Axis[] | null;
  /** Whether only the last time step is left, as of a final state. */
  readonly isLastStep: boolean;
}

/** An array that no weight, size or signal needs so far. */
export interface Unknown {
  readonly kind: 'unknown';
  /** The node or input that makes it. */
  readonly from: string;
}

/** What is known of an array of a graph before it runs. */
export type Value = Constant | Sizes | Uniform | Signal | Unknown;

/** Whether a constant may be a list of sizes, axes or indices, which has at most a number for each axis. */
function isList({ isFloat, data }: Constant): boolean {
  return !isFloat && data.length <= MOST_AXES;
}

/** The numbers of integers with at most one axis; undefined for other values. */
export function itemsOf(value: Value | undefined): readonly (Size | null)[] | undefined {
  if (value?.kind === 'sizes') return value.items;
  if (value?.kind !== 'constant' || !isList(value) || value.shape.length > 1) return undefined;
  return Array.from(value.data, (times) => ({ times, names: [] }));
}

/** Integers of a constant; undefined for other values, and for more than an array has axes. */
export function integersOf(value: Value | undefined): readonly number[] | undefined {
  return value?.kind === 'constant' && isList(value) ? Array.from(value.data) : undefined;
}

/** Whether all numbers are zeros. */
export function isZero(value: Value | undefined): boolean {
  if (value?.kind === 'constant') return isAllZero(value);
  return value?.kind === 'uniform' && value.value === 0;
}
