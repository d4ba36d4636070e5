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
  /** Its name in a model file, such as `rnn.0.Wh`. */
  readonly name: string;
  /** The weights. */
  readonly value: Tensor;
  /** The gradient of the loss w.r.t. `value`. Each `backward` overwrites it; in a layer with a loss, each `forward` does. */
  readonly grad: Tensor;
  /**
   * Of Wx and Wh of a recurrent layer: the number of gates, G, whose blocks of columns make up the matrix. Of Q and R of a
   * Mogrifier LSTM: the number of rounds.
   */
  readonly gates?: number;
  /**
   * The rows of the gradient that may be nonzero: unique ids, padded with −1. Null: all rows.
   */
  rows: Tensor | null;
}

/** What all layers have in common; the arguments of `forward` and `backward` differ. */
export interface Layer {
  /** The learned parameters. */
  readonly params: readonly Param[];
}

/** The activations of a recurrent layer's last block; the next `forward` overwrites them. */
export interface RecurrentBlock {
  /**
   * (N, T, G·H), the gates after their activations, in the block order of the weights; null for a cell
   * without gates.
   */
  readonly gates: Tensor | null;
  /** (N, T, H), the hidden state after each step. */
  readonly hs: Tensor;
  /** (N, T, H), the cell state after each step, of a cell with a c. */
  readonly cs?: Tensor;
}

/** A recurrent layer that computes T steps at once. An LSTM has a cell state c in addition to h. */
export interface RecurrentLayer extends Layer {
  /** Whether the next `forward` starts from the carried state, instead of from 0. */
  stateful: boolean;
  /** The hidden state after the last `forward` or `setState`: (N, H), or null at the start. */
  readonly h: Tensor | null;
  /** The cell state of an LSTM or CIFG: (N, H), or null at the start. */
  readonly c?: Tensor | null;
  /** After `backward`: the gradient w.r.t. the state before the block's first step, (N, H). */
  readonly dh: Tensor | null;
  /** After `backward`: the gradient w.r.t. the cell state before the block's first step, (N, H). */
  readonly dc?: Tensor | null;
  /**
   * xs (N, T, D) → hs (N, T, H). xs and resets must stay unchanged until `backward`.
   * @param resets (N, T, int32) 1 where the state is reset to 0 before the step, and the gradient is not propagated further
   * back; else 0. Default: none
   */
  forward(xs: Tensor, resets?: Tensor | null): Tensor;
  /** dhs (N, T, H) → dxs (N, T, D). */
  backward(dhs: Tensor): Tensor;
  /** Sets the carried state (N, H) by copying; null is 0. A stateful layer starts its next `forward` from it. */
  setState(h: Tensor | null, c?: Tensor | null): void;
  /** Sets the carried state to 0. */
  resetState(): void;
  /** The block of the last `forward`; null before the first. */
  readonly block: RecurrentBlock | null;
}

/**
 * Creates a Param of zeros. Its gradient is allocated at first use, so that a model that is never trained has none.
 * @param gates of a matrix of a recurrent layer: the number of its blocks of columns, which marks the matrices for `Muon`. Default: none
 * @throws {UnrolledError} code `option-value` if the arena is not an Arena; `memory` if there is not enough memory
 */
export function createParam(arena: Arena, name: string, shape: Shape, gates?: number): Param {
  if (typeof Object(arena).tensor !== 'function') {
    throw wrongKind('createParam', 'the arena', arena, 'an Arena', 'Pass backend.arena.');
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
    ...(gates !== undefined && { gates }),
    rows: null,
  };
}

/**
 * The workspace of a layer in its backend's memory.
 * @throws if the backend is not an open Backend, and if a parameter is not a Param or belongs to another backend
 */
export function workspaceOf(where: string, backend: Backend, params: readonly Param[] = []): Workspace {
  const arena = arenaOf(where, backend);
  checkUsableParams(where, arena, params);
  return new Workspace(arena);
}

/** Sets a gradient to 0; only its listed rows may be nonzero. */
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
 * H of a layer whose G gates depend only on the input; throws unless Wx (D, G·H) and b (G·H) agree on it.
 */
export function expectInputGates(where: string, G: number, [Wx, b]: readonly Param[]): number {
  const [D, columns] = Wx.value.shape;
  const H = Math.ceil(columns / G);
  expectShape(where, 'Wx', Wx.value, `D, ${G}H`, [D, G * H]);
  expectShape(where, 'b', b.value, `${G}H`, [G * H]);
  return H;
}

/** N and T of a sequence (N, T, width); throws unless the weight has `width` rows, or columns if it is transposed. */
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

/** Throws unless ts (N, T), called `name`, has an int32 value, such as a label, for each step of a sequence xs (N, T, …). */
export function expectTargets(where: string, xs: Tensor, ts: Tensor, name: string = 'ts'): void {
  const [N, T] = xs.shape;
  if (ts.order === 'time' && ts.type === 'int32' && ts.shape[0] === N && ts.shape[1] === T) return;
  throw new UnrolledError(
    'shape',
    `${where}: xs is ${formatShape(xs.shape)}, ${name} is ${ts.type} ${formatShape(ts.shape)}; ` +
      `${name} must be a sequence of int32 labels (N, T) of the same N and T.`,
  );
}
