import { splitOf } from '../../data/items/item-split.ts';
import { readableToken } from '../../data/readable-token.ts';
import { sameTokenizer } from '../../data/tokenizers/tokenizer.ts';
import { UnrolledError } from '../../errors.ts';
import { optionsOf } from '../../kinds.ts';
import { checkTextModel } from '../../models/check-model.ts';
import type { TextModel } from '../../models/model-file.ts';
import { Random } from '../../tensor/random.ts';
import { LineScorer } from './line-scorer.ts';
import { type Difference, PairedBlocks } from './paired-blocks.ts';
import { ScoreTotals } from './score-totals.ts';
import {
  type CompactLine,
  type ScoredLine,
  type ScoreOptions,
  scoredLine,
  textBefore,
} from './scored-line.ts';
import { TopList } from './top-list.ts';
import { type Chunks, windowsOf } from './windows.ts';

/** Options of `compare`. */
export interface CompareOptions extends Omit<ScoreOptions, 'alternatives'> {
  /** Number of largest differences to return. Default 20. */
  top?: number;
  /** Seed of the bootstrap, an integer from 0 to 2³² − 1. Default 1. */
  seed?: number;
}

/** A token, or a line if the models have different tokens, on which the models differ. */
export interface DifferingToken {
  /** The line number, from 1. */
  readonly line: number;
  /** The text of the token or line. */
  readonly text: string;
  /** The text before it in its line. */
  readonly before: string;
  /** Its surprisal under model a, in bits. */
  readonly a: number;
  /** Its surprisal under model b, in bits. */
  readonly b: number;
}

/** The result of `compare`. */
export interface Comparison {
  /** The unit of the differences: `token`, or `character` if the models have different tokens. */
  readonly unit: 'token' | 'character';
  /** The totals of model a. */
  readonly a: ScoreTotals;
  /** The totals of model b. */
  readonly b: ScoreTotals;
  /** The mean difference b − a, in bits per unit. */
  readonly difference: Difference;
  /** The same over tokens that both models know; null if there are none, or tokens can't be paired. */
  readonly known: Difference | null;
  /** The largest differences, largest first. */
  readonly places: readonly DifferingToken[];
}

/**
 * Scores a text with two models, line by line, and compares what it costs them. Throws as `score` does.
 * @throws {UnrolledError} code `option-conflict` when the models split text differently; `option-value` when an option is out of its range; `token-unknown` for a token that a vocabulary can't encode
 * @throws the signal's reason when it is aborted
 */
export async function compare(
  a: TextModel,
  b: TextModel,
  text: Chunks,
  given: CompareOptions = {},
): Promise<Comparison> {
  const { top, seed, ...options } = optionsOf('compare', given);
  const builder = new ComparisonBuilder(a, b, given);
  const [first, second] = [a, b].map((model) => new LineScorer(model, { ...options, alternatives: null }));
  const addBoth = async (scored: (scorer: LineScorer) => Promise<CompactLine[]>) => {
    builder.add(await scored(first), await scored(second));
  };
  try {
    for await (const window of windowsOf(text)) {
      const scored = (scorer: LineScorer) => (window === null ? scorer.end() : scorer.push(window));
      await addBoth(scored);
    }
    await addBoth((scorer) => scorer.end());
    return builder.conclude();
  } finally {
    for (const scorer of [first, second]) scorer.release();
  }
}

/**
 * Compares two models by scores that a program has already, such as those of `score` or `scoreCompact`; `compare` computes them
 * itself.
 */
export class ComparisonBuilder {
  readonly #unit: 'token' | 'character';
  readonly #a: TextModel;
  readonly #totals = [new ScoreTotals(), new ScoreTotals()] as const;
  readonly #all = new PairedBlocks();
  readonly #known = new PairedBlocks();
  readonly #places: TopList<DifferingToken>;
  /** The current line and the bits of its pieces so far. */
  #line = { text: '', a: 0, b: 0 };
  readonly #seed: number;

  /**
   * @throws {UnrolledError} code `option-conflict` when the models split text differently; `option-value` when an option is out
   * of its range
   */
  constructor(a: TextModel, b: TextModel, options: Pick<CompareOptions, 'top' | 'seed' | 'items'> = {}) {
    for (const saved of [a, b]) checkTextModel('compare', saved);
    const { top = 20, seed = 1 } = optionsOf('compare', options);
    checkSplits(a, b, options);
    this.#seed = seed;
    this.#unit = sameTokenizer(a.tokenizer, b.tokenizer) ? 'token' : 'character';
    this.#a = a;
    this.#places = new TopList(top);
  }

  /**
   * Adds lines of a text. Both lists have the same lines in the same order, except items without a token for one model, which are
   * skipped.
   * @throws {UnrolledError} code `id-range` for a line of another model
   */
  add(
    linesOfA: readonly (ScoredLine | CompactLine)[],
    linesOfB: readonly (ScoredLine | CompactLine)[],
  ): void {
    const [ofA, ofB] = [linesOfA, linesOfB].map((lines) => new Set(lines.map(({ line }) => line)));
    const others = linesOfB.filter(({ line }) => ofA.has(line));
    linesOfA
      .filter(({ line }) => ofB.has(line))
      .forEach((line, i) => {
        const [a, b] = [scoredLine(line), scoredLine(others[i])];
        this.#totals[0].add(a);
        this.#totals[1].add(b);
        if (this.#unit === 'token') this.#addTokens(a, b);
        else this.#addCharacters(a, b);
      });
  }

  /**
   * The comparison of the lines so far.
   * @throws {UnrolledError} code `option-value` if the seed is out of its range
   */
  conclude(): Comparison {
    const [a, b] = this.#totals;
    return {
      unit: this.#unit,
      a,
      b,
      difference: this.#all.difference(new Random(this.#seed)),
      known: this.#known.count === 0 ? null : this.#known.difference(new Random(this.#seed)),
      places: this.#places.items,
    };
  }

  #addTokens(a: ScoredLine, b: ScoredLine): void {
    let [all, known, knownTokens] = [0, 0, 0];
    a.tokens.forEach((token, i) => {
      const other = b.tokens[i];
      const difference = other.bits - token.bits;
      all += difference;
      if (token.known && other.known) {
        known += difference;
        knownTokens++;
      }
      this.#offer(a.line, token.bits, other.bits, () => {
        const text = token.known ? readableToken(token.id, this.#a) : token.token;
        return { text, before: textBefore(a.tokens, i, this.#a.tokenizer) };
      });
    });
    this.#all.add(all, a.tokens.length, a.starts);
    this.#known.add(known, knownTokens, a.starts);
  }

  #addCharacters(a: ScoredLine, b: ScoredLine): void {
    const [bitsOfA, bitsOfB] = [a, b].map(({ tokens }) => tokens.reduce((sum, { bits }) => sum + bits, 0));
    this.#all.add(bitsOfB - bitsOfA, a.characters, a.starts);
    if (a.starts) this.#line = { text: a.text, a: 0, b: 0 };
    this.#line = { ...this.#line, a: this.#line.a + bitsOfA, b: this.#line.b + bitsOfB };
    const { text, a: ofA, b: ofB } = this.#line;
    if (a.ends) this.#offer(a.line, ofA, ofB, () => ({ text, before: '' }));
  }

  #offer(line: number, a: number, b: number, describe: () => { text: string; before: string }): void {
    if (a !== b) this.#places.offer(Math.abs(b - a), () => ({ line, ...describe(), a, b }));
  }
}

/** Throws if the models split the text into different lines or items, which can't be paired. */
function checkSplits(a: TextModel, b: TextModel, { items }: CompareOptions): void {
  const [ofA, ofB] = [splitOf(a), splitOf(b)];
  if (ofA === ofB || (items !== undefined && ofA !== null && ofB !== null)) return;
  const [one, other] = [ofA, ofB].map((split) => (split === null ? 'continuous text' : `items by ${split}`));
  throw new UnrolledError(
    'option-conflict',
    `compare: one model is of ${one}, the other of ${other}; both must be of the same kind. ` +
      'Set items if both models have items; otherwise evaluate each model and compare bits per byte.',
  );
}
