import type { Group } from '../../../distributed/group.ts';
import type { TokenScore } from '../target-scorer.ts';
import { ScoreTable } from './score-table.ts';

/** Stands for the rank of a token without one; ranks start at 1. */
const NO_RANK = 0;

/**
 * The scores of a window of text, whose work items are dealt to the processes of a group in turn: each scores its own, and in the end
 * all processes get all scores.
 */
export class DealtScores {
  readonly #group: Group;
  readonly #alternatives: number;
  readonly #own: ScoreTable;
  /** The number of tokens of each item. */
  readonly #items: number[] = [];
  #length = 0;

  /** @param alternatives the number per token */
  constructor(group: Group, alternatives: number) {
    this.#group = group;
    this.#alternatives = alternatives;
    this.#own = new ScoreTable(alternatives);
  }

  /** Number of tokens so far, of all processes. */
  get length(): number {
    return this.#length;
  }

  /** Whether this process scores the next item. */
  get isOwn(): boolean {
    return this.#items.length % this.#group.size === this.#group.rank;
  }

  /** Adds the next item. @param tokens its number of tokens @param scores those of its tokens, for an own item; otherwise none */
  add(tokens: number, scores: Iterable<TokenScore>): void {
    this.#items.push(tokens);
    this.#length += tokens;
    for (const score of scores) this.#own.push(score);
  }

  /** The scores of all items, in their order. All processes must call it. */
  async collect(): Promise<ScoreTable> {
    if (this.#group.size === 1) return this.#own;
    const bytes = await this.#group.gather(new Uint8Array(this.#numbers().buffer));
    const dealt = bytes.map((of) => this.#scoresOf(new Float64Array(of.buffer)));
    const all = new ScoreTable(this.#alternatives);
    for (const [item, tokens] of this.#items.entries()) {
      const scores = dealt[item % dealt.length];
      for (let i = 0; i < tokens; i++) all.push(scores.next().value as TokenScore);
    }
    return all;
  }

  /** The own scores as rows of numbers: bits, rank, and the id and probability of each alternative. */
  #numbers(): Float64Array<ArrayBuffer> {
    const width = 2 + 2 * this.#alternatives;
    const numbers = new Float64Array(this.#own.length * width);
    for (let row = 0; row < this.#own.length; row++) {
      const { bits, rank, alternatives } = this.#own.at(row);
      const likely = alternatives.flatMap(({ id, probability }) => [id, probability]);
      numbers.set([bits, rank ?? NO_RANK, ...likely], row * width);
    }
    return numbers;
  }

  /** The scores that a process sent as numbers. */
  *#scoresOf(numbers: Float64Array): Generator<TokenScore> {
    const width = 2 + 2 * this.#alternatives;
    for (let start = 0; start < numbers.length; start += width) {
      const [bits, rank, ...likely] = numbers.subarray(start, start + width);
      const alternatives = Array.from({ length: this.#alternatives }, (_, k) => ({
        id: likely[2 * k],
        probability: likely[2 * k + 1],
      }));
      yield { bits, rank: rank === NO_RANK ? null : rank, alternatives };
    }
  }
}
