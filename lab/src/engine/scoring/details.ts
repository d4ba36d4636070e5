import { readableToken } from 'unrolled';
import type { ScoreUnit, TokenDetails, UnitDetails } from './calls.ts';
import type { ScoredText } from './scored-text.ts';

/** The tokens of a unit that are described one by one. */
const MOST_TOKENS = 24;
/** The tokens before and after a place that are unrolled with it. */
const [BEFORE, AFTER] = [300, 40];

/** A unit by one model. */
export function detailsOf(text: ScoredText, by: ScoreUnit, unit: number): UnitDetails {
  const [start, end] = [text.firstOf(by, unit), text.units[by].ends.at(unit)];
  const tokens = tokenDetails(text, start, Math.min(end, start + MOST_TOKENS));
  const shown = [...text.tokens(start, Math.min(end, start + 10 * MOST_TOKENS))];
  return {
    text: shown.map((token, i) => (i === 0 ? '' : token.space) + token.shown).join(''),
    bits: text.units[by].bits.at(unit),
    tokenCount: end - start,
    tokens,
  };
}

function tokenDetails(text: ScoredText, start: number, end: number): TokenDetails[] {
  const { saved } = text;
  return Array.from(text.tokens(start, end), (token, i) => {
    const index = start + i;
    const piece = text.pieceOf(index);
    return {
      ...{ index, text: token.shown, line: text.lines[piece].line },
      position: text.lines[piece].position + index - text.startOfPiece(piece),
      ...{ bits: token.bits, probability: 2 ** -token.bits, rank: token.rank ?? 0 },
      scoredAs: token.known ? null : saved.vocabulary.unknown,
      expected: token.alternatives.map(({ id, probability }) => ({
        token: readableToken(id, saved),
        probability,
      })),
    };
  });
}

/** A part of the text around a token, from a line start if one is near; the whole text if it is short. */
export function passageOf(
  text: ScoredText,
  token: number,
): { readonly text: string; readonly token: number } {
  const isShort = text.length <= BEFORE + AFTER;
  const near = Math.max(0, token - BEFORE);
  const line = text.firstOf('line', text.unitOf('line', near));
  const next = near === line ? near : text.units.line.ends.at(text.unitOf('line', near));
  const start = isShort ? 0 : next <= token ? next : near;
  const end = isShort ? text.length : Math.min(text.length, token + AFTER);
  return { text: text.textOf(start, end), token: token - start };
}
