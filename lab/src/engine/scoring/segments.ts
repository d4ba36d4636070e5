import type { ScoredRow, ScoreUnit, Segment } from './calls.ts';
import { countUpTo } from './column.ts';
import type { PairedUnits } from './paired-units.ts';
import type { RowLayout } from './row-layout.ts';
import type { ScoredText } from './scored-text.ts';

/** The rows from `from` to `to`, exclusive, by each model. The tokens of a second model are in the row where they start. */
export function rowsOf(
  texts: readonly ScoredText[],
  pairs: PairedUnits | null,
  rows: RowLayout,
  from: number,
  to: number,
): ScoredRow[] {
  const [first] = texts;
  const { by } = rows.layout;
  const found: ScoredRow[] = [];
  for (let row = from; row < Math.min(to, rows.rows); row++) {
    const [start, end] = [rows.startOf(row, first), rows.startOf(row + 1, first)];
    const line = first.unitOf('line', start);
    const sides = texts.map((text, side) => {
      const range = side === 0 ? ([start, end] as const) : rangeOf(text, first, start, end);
      return segmentsOf(text, first, by, range, side === 0 ? pairs : null);
    });
    found.push({ line: first.firstOf('line', line) === start ? line + 1 : null, sides });
  }
  return found;
}

/** The tokens of another model that start between two tokens of the first one. */
function rangeOf(text: ScoredText, first: ScoredText, start: number, end: number): readonly [number, number] {
  const { starts } = text.units.token;
  const indexOf = (token: number) => {
    if (token >= first.length) return text.length;
    return token === 0 ? 0 : countUpTo(starts, first.units.token.starts.at(token) - 1);
  };
  return [indexOf(start), indexOf(end)];
}

function segmentsOf(
  text: ScoredText,
  first: ScoredText,
  by: ScoreUnit,
  [start, end]: readonly [number, number],
  pairs: PairedUnits | null,
): Segment[] {
  const segments: Segment[] = [];
  let [unit, index] = [text.unitOf(by, start), start];
  for (const { space, shown, known } of text.tokens(start, end)) {
    const { ends, bits, levels } = text.units[by];
    if (index >= ends.at(unit)) unit++;
    const last = segments.at(-1);
    if (last?.unit === unit) {
      segments[segments.length - 1] = {
        ...last,
        text: last.text + space + shown,
        known: last.known && known,
      };
    } else {
      const numbers = { bits: bits.at(unit), level: levels.at(unit) };
      const difference = pairs?.difference(by, unit) ?? null;
      const at = text === first ? index : tokenAt(first, text.units.token.starts.at(index));
      segments.push({ space, text: shown, token: index, at, unit, known, ...numbers, difference });
    }
    index++;
  }
  return segments;
}

function tokenAt({ units }: ScoredText, start: number): number {
  return Math.max(0, countUpTo(units.token.starts, start) - 1);
}
