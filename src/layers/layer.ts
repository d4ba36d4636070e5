import { UnrolledError } from '../errors.ts';
import type { Arena } from '../tensor/arena.ts';
import { formatShape, type Shape, sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** A learned tensor and the gradient of the loss by it. Used in two layers, it is one Param still. */
export interface Param {
  readonly name: string;
  readonly value: Tensor;
  /** Overwritten by each backward; that of a layer with a loss, by its forward. */
  readonly grad: Tensor;
  /**
   * The rows in which the last gradient is not 0: a list of different ids, then −1. Null when all may
   * be: what uses the gradient then takes the whole.
   */
  rows: Tensor | null;
}

/** What every layer has beside its `forward` and `backward`, whose arguments differ. */
export interface Layer {
  readonly params: readonly Param[];
}

/** A Param of zeros. */
export function createParam(arena: Arena, name: string, shape: Shape): Param {
  return { name, value: arena.tensor(shape), grad: arena.tensor(shape), rows: null };
}

/** Throws `TimeRNN: h is (2, 3); it must be (N, H) = (4, 3).` unless the shapes agree. */
export function expectShape(
  where: string,
  name: string,
  tensor: Tensor,
  letters: string,
  shape: Shape,
): void {
  if (sameShape(tensor.shape, shape)) return;
  throw new UnrolledError(
    `${where}: ${name} is ${formatShape(tensor.shape)}; it must be (${letters}) = ${formatShape(shape)}.`,
  );
}

/** N and T of a sequence (N, T, width) that meets a weight of `width` rows. */
export function expectSequence(
  where: string,
  xs: Tensor,
  weightName: string,
  weight: Tensor,
): [number, number] {
  const [N, T, width] = xs.shape;
  if (xs.order === 'time' && xs.shape.length === 3 && width === weight.shape[0]) return [N, T];
  throw new UnrolledError(
    `${where}: xs is ${formatShape(xs.shape)}, ${weightName} is ${formatShape(weight.shape)}; ` +
      (width === weight.shape[0]
        ? 'xs must be a sequence (N, T, D). Make it with arena.sequence().'
        : `the last size of xs must be ${weight.shape[0]}.`),
  );
}

/** Throws unless ts (N, T), called `name`, are the int32 labels of a sequence xs (N, T, …). */
export function expectTargets(where: string, xs: Tensor, ts: Tensor, name: string = 'ts'): void {
  const [N, T] = xs.shape;
  if (ts.order === 'time' && ts.type === 'int32' && ts.shape[0] === N && ts.shape[1] === T) return;
  throw new UnrolledError(
    `${where}: xs is ${formatShape(xs.shape)}, ${name} is ${ts.type} ${formatShape(ts.shape)}; ` +
      `${name} must be a sequence of int32 labels (N, T) of the same N and T.`,
  );
}
