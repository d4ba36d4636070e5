import { Random } from '../../../src/tensor/random.ts';

type Matrix = readonly (readonly number[])[];

/** The words of the chapter's sentence by id, and the ids of the sentence. */
export const vocabulary = ['you', 'say', 'goodbye', 'and', 'i', 'hello', '.'];
export const sentence = [0, 1, 2, 3, 4, 1, 5, 6];

const [D, V] = [3, vocabulary.length];

/** The chapter's formulas in plain loops, with the weights of the tour's small network. */
export class Formulas {
  readonly H: number;
  readonly #table: Matrix;
  readonly #Wx: Matrix;
  readonly #Wh: Matrix;
  readonly #W: Matrix;

  constructor(H: number, scale: number = 1) {
    const random = new Random(2);
    const draw = (rows: number, columns: number, deviation: number): Matrix =>
      Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal() * deviation));
    this.H = H;
    this.#table = draw(V, D, 1);
    this.#Wx = draw(D, H, 1 / Math.sqrt(D));
    this.#Wh = draw(H, H, scale / Math.sqrt(H));
    this.#W = draw(H, V, 1 / Math.sqrt(H));
  }

  get zero(): number[] {
    return new Array<number>(this.H).fill(0);
  }

  /** h = tanh(h₋·Wh + x·Wx). */
  step(id: number, before: readonly number[]): number[] {
    const x = this.#table[id];
    return this.zero.map((_, j) => Math.tanh(column(before, this.#Wh, j) + column(x, this.#Wx, j)));
  }

  /** The states of a text, each block from the last state of the one before, or from 0. */
  states(ids: readonly number[], T: number, stateful: boolean): number[][] {
    let h = this.zero;
    return ids.map((id, t) => {
      if (t % T === 0 && !stateful) h = this.zero;
      h = this.step(id, h);
      return h;
    });
  }

  /** The probabilities of the next word. */
  next(h: readonly number[]): number[] {
    const exps = this.#W[0].map((_, v) => Math.exp(column(h, this.#W, v)));
    const sum = exps.reduce((all, e) => all + e);
    return exps.map((e) => e / sum);
  }

  /** The mean loss of the targets of a block that are not −1, from the state after its first step on. */
  loss(h: readonly number[], ids: readonly number[], targets: readonly number[]): number {
    const count = targets.filter((target) => target >= 0).length;
    return targets.reduce((sum, target, t) => {
      const state = ids.slice(1, t + 1).reduce((before, id) => this.step(id, before), [...h]);
      return target < 0 ? sum : sum - Math.log(this.next(state)[target]) / count;
    }, 0);
  }

  /** The norm of the gradient of that loss w.r.t. the state after step t of the block, by numeric differences. */
  gradientNorm(
    states: readonly number[][],
    ids: readonly number[],
    targets: readonly number[],
    t: number,
  ): number {
    const count = targets.filter((target) => target >= 0).length;
    const [laterIds, later] = [ids.slice(t), targets.slice(t)];
    const share = later.filter((target) => target >= 0).length / count;
    const at = (j: number, change: number) =>
      share *
      this.loss(
        states[t].map((h, i) => (i === j ? h + change : h)),
        laterIds,
        later,
      );
    return Math.hypot(...this.zero.map((_, j) => (at(j, 1e-5) - at(j, -1e-5)) / 2e-5));
  }
}

function column(row: readonly number[], matrix: Matrix, j: number): number {
  return row.reduce((sum, value, i) => sum + value * matrix[i][j], 0);
}
