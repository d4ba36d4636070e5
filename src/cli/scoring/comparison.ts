import type { Comparison, Difference, Place } from '../../generation/compare.ts';
import type { ScoreTotals } from '../../generation/score-totals.ts';
import { count, percent, perplexity, plural } from '../terminal/format.ts';
import { bold, printable } from '../terminal/style.ts';
import { clip, clipStart, table } from '../terminal/table.ts';

/** Below so many lines an interval is rough. */
const FEW = 30;

/** For a person: both models' numbers, the difference, and where it comes from. */
export function describeComparison(comparison: Comparison, width: number): string {
  const { a, b, unit, difference, known, places } = comparison;
  return [
    table([
      ['', 'A', 'B'],
      row('bits per token', a, b, (totals) => totals.bitsPerToken.toFixed(3)),
      row('bits per character', a, b, (totals) => totals.bitsPerCharacter.toFixed(3)),
      row('perplexity', a, b, (totals) => perplexity(totals.perplexity)),
      row('tokens', a, b, (totals) => count(totals.tokens)),
      row('out of vocabulary', a, b, (totals) => percent(totals.unknownTokens / totals.tokens)),
    ]),
    '',
    verdict(difference, unit, a.lines),
    ...caveats(comparison),
    ...(known && a.unknownTokens + b.unknownTokens > 0
      ? [`Over the tokens that both know: ${inNumbers(known, unit)}.`]
      : []),
    ...(places.length === 0
      ? []
      : ['', bold(placeHeader(unit)), ...places.map((place) => placeText(place, width))]),
  ].join('\n');
}

function row(name: string, a: ScoreTotals, b: ScoreTotals, cell: (totals: ScoreTotals) => string): string[] {
  return [name, cell(a), cell(b)];
}

function verdict(difference: Difference, unit: string, lines: number): string {
  const { mean, interval } = difference;
  const numbers = `${inNumbers(difference, unit)}.`;
  if (!interval) return `${numbers}\nThe text is one line; an interval needs two at least.`;
  const rough =
    lines < FEW ? `\nOf ${plural(lines, 'line')} the interval is rough; ${FEW} and more make it fair.` : '';
  if (interval.low === 0 && interval.high === 0) return `${numbers}\nBoth predict the text alike.${rough}`;
  if (interval.low <= 0 && interval.high >= 0) {
    return `${numbers}\nThe interval holds 0: this text can't tell which one is better.${rough}`;
  }
  return `${numbers}\n${mean < 0 ? 'B' : 'A'} predicts it better: the interval doesn't hold 0.${rough}`;
}

function inNumbers({ mean, interval }: Difference, unit: string): string {
  const between = interval ? `, 95% interval ${signed(interval.low)} to ${signed(interval.high)}` : '';
  return `B − A is ${signed(mean)} bits per ${unit}${between}`;
}

function caveats({ unit, a, b }: Comparison): string[] {
  if (unit === 'token' || a.unknownTokens + b.unknownTokens === 0) return [];
  return ['A token that is out of vocabulary costs less than it takes to spell it: mind the row above.'];
}

function signed(bits: number): string {
  const digits = Math.abs(bits).toFixed(3);
  return Number(digits) === 0 ? digits : `${bits < 0 ? '−' : '+'}${digits}`;
}

function placeHeader(unit: string): string {
  const name = unit === 'token' ? 'token, behind what led to it' : 'text';
  return `${'line'.padStart(6)} ${'bits of A'.padStart(10)} ${'of B'.padStart(8)} ${'B − A'.padStart(8)}  ${name}`;
}

function placeText({ line, a, b, before, text }: Place, width: number): string {
  const numbers = `${String(line).padStart(6)} ${a.toFixed(2).padStart(10)} ${b.toFixed(2).padStart(8)} ${signed2(b - a)}  `;
  const room = Math.min(width - 37, 43);
  const shown = clip(printable(text), room - 1);
  const lead = before === '' ? '' : clipStart(`${printable(before)} `, room - [...shown].length);
  return `${numbers}${lead}${bold(shown)}`;
}

function signed2(bits: number): string {
  return `${bits < 0 ? '−' : '+'}${Math.abs(bits).toFixed(2)}`.padStart(8);
}
