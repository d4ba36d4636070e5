import type { Backend } from '../backends/backend.ts';
import { UnrolledError } from '../errors.ts';
import { wrongKind } from '../kinds.ts';
import type { Arena } from '../tensor/arena.ts';
import { arenaOf, checkUsableParams } from '../tensor/memory-checks.ts';
import { formatShape, type Shape, sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Workspace } from '../tensor/workspace.ts';

/** A learned tensor and the gradient of the loss w.r.t. it. Two layers may share one Param. */
export interface Param {
  readonly name: string;
  readonly value: Tensor;
  /** Overwritten by each `backward`; in a layer with a loss, by each `forward`. */
  readonly grad: Tensor;
  /**
   * The rows where the last gradient may differ from 0: unique ids, padded with −1. Null: all rows.
   */
  rows: Tensor | null;
}

/** Common to all layers; the arguments of `forward` and `backward` differ. */
export interface Layer {
  readonly params: readonly Param[];
}

/** The activations of a recurrent layer's last block; the next `forward` overwrites them. */
export interface RecurrentBlock {
  /**
   * (N, T, G·H), the gates after their activations, in the block order of the weights; null for a cell
   * without gates.
   */
  readonly gates: Tensor | null;
  /** (N, T, H), the states after each step. */
  readonly hs: Tensor;
  readonly cs?: Tensor;
}

/** A recurrent layer that computes T steps at once. An LSTM has c beside h. */
export interface RecurrentLayer extends Layer {
  stateful: boolean;
  /** The state after the last `forward` or `setState`: (N, H), or null at the start. */
  readonly h: Tensor | null;
  readonly c?: Tensor | null;
  /** After `backward`: the gradient w.r.t. the state before the block's first step, (N, H). */
  readonly dh: Tensor | null;
  readonly dc?: Tensor | null;
  /**
   * xs (N, T, D), which must keep its numbers until `backward` → hs (N, T, H).
   * @param resets (N, T, int32) which keeps its numbers too: 1 where the state before the step is 0 and no gradient passes the
   * step's beginning, else 0. Default: none
   */
  forward(xs: Tensor, resets?: Tensor | null): Tensor;
  /** dhs (N, T, H) → dxs (N, T, D). */
  backward(dhs: Tensor): Tensor;
  /** Copies the state (N, H) from which the next `forward` starts if the layer is stateful; null is 0. */
  setState(h: Tensor | null, c?: Tensor | null): void;
  resetState(): void;
  /** The block of the last `forward`; null before the first. */
  readonly block: RecurrentBlock | null;
}

/** A Param of zeros. Its gradient takes memory from its first use on: a model that is never trained has none. */
export function createParam(arena: Arena, name: string, shape: Shape): Param {
  if (typeof Object(arena).tensor !== 'function') {
    throw wrongKind('createParam', 'the arena', arena, 'an Arena', 'Give backend.arena.');
  }
  const value = arena.tensor(shape);
  let grad: Tensor | null = null;
  return {
    name,
    value,
    get grad() {
      grad ??= arena.tensor(shape);
      return grad;
    },
    rows: null,
  };
}

/**
 * The work space of a layer in its backend's memory.
 * @throws for what is no opened backend, and for parameters that are none or lie in the memory of another one
 */
export function workspaceOf(where: string, backend: Backend, params: readonly Param[] = []): Workspace {
  const arena = arenaOf(where, backend);
  checkUsableParams(where, arena, params);
  return new Workspace(arena);
}

/** Sets a gradient to 0; only its listed rows may differ from 0 before. */
export function clearGradient(backend: Backend, { grad, rows }: Param): void {
  if (rows) backend.zeroRows(grad, rows);
  else backend.fill(grad, 0);
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
    'shape',
    `${where}: ${name} is ${formatShape(tensor.shape)}; it must be (${letters}) = ${formatShape(shape)}.`,
  );
}

/** H of a recurrent layer with G gates; throws unless Wx (D, G·H), Wh (H, G·H) and b (G·H) agree on it. */
export function expectGates(where: string, G: number, [Wx, Wh, b]: readonly Param[]): number {
  const [[D], [H]] = [Wx.value.shape, Wh.value.shape];
  expectShape(where, 'Wh', Wh.value, `H, ${G}H`, [H, G * H]);
  expectShape(where, 'Wx', Wx.value, `D, ${G}H`, [D, G * H]);
  expectShape(where, 'b', b.value, `${G}H`, [G * H]);
  return H;
}

/**
 * H of a layer whose G gates depend on the input alone; throws unless Wx (D, G·H) and b (G·H) agree on it.
 */
export function expectInputGates(where: string, G: number, [Wx, b]: readonly Param[]): number {
  const [D, columns] = Wx.value.shape;
  const H = Math.ceil(columns / G);
  expectShape(where, 'Wx', Wx.value, `D, ${G}H`, [D, G * H]);
  expectShape(where, 'b', b.value, `${G}H`, [G * H]);
  return H;
}

/** N and T of a sequence (N, T, width) that meets a weight of `width` rows, or columns if it is transposed. */
export function expectSequence(
  where: string,
  xs: Tensor,
  weightName: string,
  weight: Tensor,
  transposed: boolean = false,
): [number, number] {
  const [N, T, width] = xs.shape;
  const wanted = weight.shape[transposed ? 1 : 0];
  if (xs.order === 'time' && xs.shape.length === 3 && width === wanted) return [N, T];
  throw new UnrolledError(
    'shape',
    `${where}: xs is ${formatShape(xs.shape)}, ${weightName} is ${formatShape(weight.shape)}; ` +
      (width === wanted
        ? 'xs must be a sequence (N, T, D). Make it with arena.sequence().'
        : `the last size of xs must be ${wanted}.`),
  );
}

/** Throws unless ts (N, T), called `name`, has an int32 number, such as a label, for each step of a sequence xs (N, T, …). */
export function expectTargets(where: string, xs: Tensor, ts: Tensor, name: string = 'ts'): void {
  const [N, T] = xs.shape;
  if (ts.order === 'time' && ts.type === 'int32' && ts.shape[0] === N && ts.shape[1] === T) return;
  throw new UnrolledError(
    'shape',
    `${where}: xs is ${formatShape(xs.shape)}, ${name} is ${ts.type} ${formatShape(ts.shape)}; ` +
      `${name} must be a sequence of int32 labels (N, T) of the same N and T.`,
  );
}
