import type { ScoredPlace, ScoringCurve } from './calls.ts';
import type { PairedUnits } from './paired-units.ts';
import type { RowLayout } from './row-layout.ts';
import type { ScoredText } from './scored-text.ts';

/** The number of places in the list, and of parts of the curve. */
const PLACES = 12;
const PARTS = 240;
/** The most characters of a place, and of the text before it. */
const LONGEST = 48;

/** The units with the highest levels; with two models, those whose levels differ most. Ties are in the order of the text. */
export function placesOf(text: ScoredText, pairs: PairedUnits | null, rows: RowLayout): ScoredPlace[] {
  const { by } = rows.layout;
  const levelOf = (unit: number) =>
    pairs ? (pairs.difference(by, unit) ?? 0) : text.units[by].levels.at(unit);
  return highest(text.units[by].ends.length, (unit) => Math.abs(levelOf(unit)), PLACES).map((unit) => {
    const token = text.firstOf(by, unit);
    const end = Math.min(text.units[by].ends.at(unit), token + LONGEST);
    const [first] = text.tokens(token, token + 1);
    const shown = text.shownText(token, end);
    // White space within a token is the token's own.
    const indent = by === 'token' ? first.space.length : shown.length - shown.trimStart().length;
    const own = shown.slice(indent, indent + LONGEST);
    return {
      ...{ token, row: rows.rowOf(token), level: levelOf(unit) },
      text: by === 'token' ? own : own.trimEnd(),
      before: by === 'line' ? '' : textBefore(text, token) + shown.slice(0, indent),
    };
  });
}

/** The end of the line before a token. */
function textBefore(text: ScoredText, token: number): string {
  const line = text.firstOf('line', text.unitOf('line', token));
  const from = Math.max(line, token - LONGEST);
  return text.shownText(from, token).slice(-LONGEST).trimStart();
}

/** The indices with the highest values, highest first. */
function highest(count: number, rankOf: (index: number) => number, most: number): number[] {
  const found: { readonly index: number; readonly value: number }[] = [];
  for (let index = 0; index < count; index++) {
    const value = rankOf(index);
    if (value === 0 || (found.length === most && value <= found[most - 1].value)) continue;
    let at = found.length;
    while (at > 0 && found[at - 1].value < value) at--;
    found.splice(at, 0, { index, value });
    if (found.length > most) found.pop();
  }
  return found.map(({ index }) => index);
}

/** The mean surprisal per token of parts of the text. Parts are of equal numbers of tokens of the first model. */
export function curveOf(texts: readonly ScoredText[]): ScoringCurve {
  const [{ length, units }] = texts;
  const parts = Math.min(PARTS, length);
  const at = Float64Array.from({ length: parts }, (_, i) => Math.floor((i * length) / parts));
  const startOf = (i: number) => (i < parts ? units.token.starts.at(at[i]) : Number.POSITIVE_INFINITY);
  const bits = texts.map((text) => {
    const { starts, bits } = text.units.token;
    let token = 0;
    return at.map((_, i) => {
      let [sum, count] = [0, 0];
      for (; token < text.length && starts.at(token) < startOf(i + 1); token++, count++)
        sum += bits.at(token);
      return count === 0 ? Number.NaN : sum / count;
    });
  });
  return { at, bits };
}
