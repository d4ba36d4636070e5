import type { Backend, MogrifierBlock, MogrifierWeights } from '../../backends/backend.ts';
import type { Shape } from '../../tensor/shape.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Workspace } from '../../tensor/workspace.ts';
import { expectGates, expectShape, type Param, workspaceOf } from '../layer.ts';
import type { MemoryBlock, MemorySteps } from './memory-steps.ts';

/** The parameters by which x and h of a Mogrifier LSTM modulate each other; each round has a block of columns. */
export interface ModulationParams {
  /** (H, X·K), for X rounds that modulate x. */
  readonly Qdown: Param;
  /** (K, X·D) */
  readonly Qup: Param;
  /** (D, Y·K), for Y rounds that modulate h: Y is X or X − 1. */
  readonly Rdown: Param;
  /** (K, Y·H) */
  readonly Rup: Param;
}

/** D, H, the rank K, and the numbers of rounds that modulate x and h. */
interface Sizes {
  readonly D: number;
  readonly H: number;
  readonly K: number;
  readonly X: number;
  readonly Y: number;
}

/**
 * The steps of a Mogrifier LSTM. What x·Wx reads depends on h, so all products of the forward pass and those for dh and dxs
 * are computed step by step; the gradient of each weight, by round, is one product for the whole block.
 * Memory, with M = T·N: the gates' gradient 4·M·H, dxs M·D, the scales, the modulated values and the gradient of the scales
 * 3·M·(X·D + Y·H), the low-rank products and their gradient 2·M·(X + Y)·K, and a transposed copy of each weight.
 */
export class MogrifierSteps implements MemorySteps {
  readonly params: readonly [
    Wx: Param,
    Wh: Param,
    b: Param,
    Qdown: Param,
    Qup: Param,
    Rdown: Param,
    Rup: Param,
  ];
  readonly #backend: Backend;
  readonly #space: Workspace;
  readonly #sizes: Sizes;
  #block: MogrifierBlock | null = null;

  /** @throws {UnrolledError} code `shape` unless the shapes of the weights agree */
  constructor(where: string, backend: Backend, Wx: Param, Wh: Param, b: Param, modulation: ModulationParams) {
    const { Qdown, Qup, Rdown, Rup } = modulation;
    this.params = [Wx, Wh, b, Qdown, Qup, Rdown, Rup];
    this.#backend = backend;
    this.#space = workspaceOf(where, backend, this.params);
    const H = expectGates(where, 4, this.params.slice(0, 3));
    this.#sizes = expectModulation(where, Wx.value.shape[0], H, modulation);
  }

  forward({ xs, loop }: MemoryBlock): void {
    const [N, T] = xs.shape;
    const { D, H, K, X, Y } = this.#sizes;
    const sequence = (name: string, rounds: number, width: number) =>
      this.#space.sequence(name, [N, rounds * T, width]);
    const block = {
      ...loop,
      xs,
      xScales: sequence('xScales', X, D),
      xRounds: sequence('xRounds', X, D),
      hScales: sequence('hScales', Y, H),
      hRounds: sequence('hRounds', Y, H),
      inner: sequence('inner', X + Y, K),
    };
    this.#block = block;
    this.#backend.broadcastRows(loop.gates.rows(), this.params[2].value);
    this.#backend.mogrifierForward(block, this.#weights());
  }

  backward({ dh, dc }: { dh: Tensor; dc: Tensor }, dhs: Tensor, { xs, hBefore }: MemoryBlock): Tensor {
    const block = this.#block as MogrifierBlock;
    const like = (name: string, { shape }: Tensor) => this.#space.sequence(name, shape);
    const out = {
      dgates: like('dgates', block.gates),
      dh,
      dc,
      dxs: like('dxs', xs),
      dxScales: like('dxScales', block.xScales),
      dhScales: like('dhScales', block.hScales),
      dinner: like('dinner', block.inner),
    };
    this.#backend.mogrifierBackward(out, dhs, block, this.#transposed());
    this.#cellGradients(block, out.dgates.rows());
    this.#modulationGradients(block, hBefore, out);
    return out.dxs;
  }

  /** dWx, dWh and db, from x and h after the last round. */
  #cellGradients({ xRounds, hRounds }: MogrifierBlock, dgates: Tensor): void {
    const [Wx, Wh, b] = this.params;
    const { X, Y } = this.#sizes;
    this.#backend.gemm(Wx.grad, roundOf(xRounds, X - 1, X), dgates, { transposeA: true });
    this.#backend.gemm(Wh.grad, roundOf(hRounds, Y - 1, Y), dgates, { transposeA: true });
    this.#backend.sumRows(b.grad, dgates);
  }

  /** dQ and dR of each round. */
  #modulationGradients(
    { xRounds, hRounds, inner }: MogrifierBlock,
    hBefore: Tensor,
    { dxScales, dhScales, dinner }: { dxScales: Tensor; dhScales: Tensor; dinner: Tensor },
  ): void {
    const [, , , Qdown, Qup, Rdown, Rup] = this.params;
    const { X, Y } = this.#sizes;
    for (let j = 0; j < X; j++) {
      const h = j === 0 ? hBefore : roundOf(hRounds, j - 1, Y);
      this.#addRound(Qdown, j, h, roundOf(dinner, 2 * j, X + Y));
      this.#addRound(Qup, j, roundOf(inner, 2 * j, X + Y), roundOf(dxScales, j, X));
    }
    for (let j = 0; j < Y; j++) {
      this.#addRound(Rdown, j, roundOf(xRounds, j, X), roundOf(dinner, 2 * j + 1, X + Y));
      this.#addRound(Rup, j, roundOf(inner, 2 * j + 1, X + Y), roundOf(dhScales, j, Y));
    }
  }

  /** The block of columns of a gradient for round j: xᵀ·dy, x (T·N, rows), dy (T·N, columns). */
  #addRound({ grad }: Param, j: number, x: Tensor, dy: Tensor): void {
    const width = dy.shape[1];
    this.#backend.gemm(grad, x, dy, { transposeA: true, columns: [j * width, (j + 1) * width] });
  }

  #weights(): MogrifierWeights {
    return this.#each(({ value }) => value);
  }

  #transposed(): MogrifierWeights {
    return this.#each(({ value }, name) => {
      const [rows, columns] = value.shape;
      const transposed = this.#space.tensor(`${name}T`, [columns, rows]);
      this.#backend.transpose(transposed, value);
      return transposed;
    });
  }

  #each(tensorOf: (param: Param, name: string) => Tensor): MogrifierWeights {
    const [Wx, Wh, , Qdown, Qup, Rdown, Rup] = this.params;
    return {
      Wx: tensorOf(Wx, 'Wx'),
      Wh: tensorOf(Wh, 'Wh'),
      Qdown: tensorOf(Qdown, 'Qdown'),
      Qup: tensorOf(Qup, 'Qup'),
      Rdown: tensorOf(Rdown, 'Rdown'),
      Rup: tensorOf(Rup, 'Rup'),
    };
  }
}

/** Round j of a sequence of `rounds` rounds, as a matrix (T·N, width). */
function roundOf(x: Tensor, j: number, rounds: number): Tensor {
  const [N, steps, width] = x.shape;
  const rows = (N * steps) / rounds;
  return x.part([rows, width], j * rows * width);
}

/** Throws unless the shapes agree on K, X and Y. */
function expectModulation(
  where: string,
  D: number,
  H: number,
  { Qdown, Qup, Rdown, Rup }: ModulationParams,
): Sizes {
  const K = Qup.value.shape[0];
  const blocks = ({ value }: Param) => Math.max(1, Math.round(value.shape[1] / K));
  const X = blocks(Qdown);
  const Y = Math.min(X, Math.max(1, X - 1, blocks(Rdown)));
  const expect = (param: Param, name: string, letters: string, shape: Shape) =>
    expectShape(where, name, param.value, letters, shape);
  expect(Qdown, 'Qdown', 'H, X·K', [H, X * K]);
  expect(Qup, 'Qup', 'K, X·D', [K, X * D]);
  expect(Rdown, 'Rdown', 'D, Y·K', [D, Y * K]);
  expect(Rup, 'Rup', 'K, Y·H', [K, Y * H]);
  return { D, H, K, X, Y };
}
