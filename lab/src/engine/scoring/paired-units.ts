import type { ScoreUnit } from './calls.ts';
import { countUpTo } from './column.ts';
import type { ScoredText } from './scored-text.ts';

/** Two models that scored a text: their units are paired by where they start. Lines are compared by character if the tokens differ. */
export class PairedUnits {
  readonly #a: ScoredText;
  readonly #b: ScoredText;
  readonly #haveSameTokens: boolean;

  constructor(a: ScoredText, b: ScoredText, haveSameTokens: boolean) {
    this.#a = a;
    this.#b = b;
    this.#haveSameTokens = haveSameTokens;
  }

  /** The unit of b that starts where a unit of a does; null if there is none. */
  other(by: ScoreUnit, unit: number): number | null {
    if (by === 'token' && !this.#haveSameTokens) return null;
    const { starts } = this.#b.units[by];
    const start = this.#a.units[by].starts.at(unit);
    const found = countUpTo(starts, start) - 1;
    if (found < 0 || starts.at(found) !== start) return null;
    // Parts of one character start at the same place.
    return by === 'token' ? unit : found;
  }

  /** The level by b minus that by a; null if b has no such unit. */
  difference(by: ScoreUnit, unit: number): number | null {
    const other = this.other(by, unit);
    if (other === null) return null;
    const [a, b] = [this.#a.units[by], this.#b.units[by]];
    if (by !== 'line' || this.#haveSameTokens) return b.levels.at(other) - a.levels.at(unit);
    return (b.bits.at(other) - a.bits.at(unit)) / this.#a.characters.at(unit);
  }
}
