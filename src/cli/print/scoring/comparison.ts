import { printable } from '../../../data/texts/printable.ts';
import type { Comparison, DifferingToken } from '../../../generation/scoring/compare.ts';
import { type Difference, MIN_LINES } from '../../../generation/scoring/paired-blocks.ts';
import type { ScoreTotals } from '../../../generation/scoring/score-totals.ts';
import { count, percent, perplexity, plural } from '../../terminal/format.ts';
import { bold } from '../../terminal/style.ts';
import { table } from '../../terminal/table.ts';
import { clip, clipStart, columnsOf } from '../../terminal/width.ts';

/** With fewer lines, the interval is only approximate. */
const FEW = 30;

/** The report as text: the results of both models, their difference and the tokens that differ most. */
export function describeComparison(comparison: Comparison, width: number): string {
  const { a, b, unit, places } = comparison;
  return [
    table([
      ['', 'A', 'B'],
      row('bits per token', a, b, (totals) => totals.bitsPerToken.toFixed(3)),
      row('bits per byte', a, b, (totals) => totals.bitsPerByte.toFixed(3)),
      row('bits per character', a, b, (totals) => totals.bitsPerCharacter.toFixed(3)),
      row('perplexity', a, b, (totals) => perplexity(totals.perplexity)),
      ...(unit === 'token'
        ? []
        : [row('perplexity per word', a, b, (totals) => perplexity(totals.perWordPerplexity))]),
      row('tokens', a, b, (totals) => count(totals.tokens)),
      row('out of vocabulary', a, b, (totals) => percent(totals.unknownTokens / totals.tokens)),
    ]),
    '',
    differences(comparison),
    '',
    verdict(comparison),
    ...caveats(comparison),
    ...(places.length === 0
      ? []
      : ['', bold(placeHeader(unit)), ...places.map((place) => placeText(place, width))]),
  ].join('\n');
}

function row(name: string, a: ScoreTotals, b: ScoreTotals, cell: (totals: ScoreTotals) => string): string[] {
  return [name, cell(a), cell(b)];
}

function differences({ unit, difference, known, a, b }: Comparison): string {
  const unlike = known !== null && a.unknownTokens + b.unknownTokens > 0;
  return table([
    [`B − A, bits per ${unit}`, ...inNumbers(difference)],
    ...(unlike ? [['  over tokens known to both', ...inNumbers(known)]] : []),
  ]);
}

function inNumbers({ mean, interval }: Difference): [mean: string, interval: string] {
  return [
    signed(mean, 3),
    interval ? `95% interval ${signed(interval.low, 3)} to ${signed(interval.high, 3)}` : '',
  ];
}

function verdict({ difference, places }: Comparison): string {
  const { mean, interval, lines, noInterval } = difference;
  if (places.length === 0) return 'Both models predict the text equally well.';
  if (noInterval === 'few-lines') {
    const size = lines === 1 ? 'is one line' : `has ${lines} lines`;
    return `The text ${size}; an interval and a verdict need at least ${MIN_LINES}.`;
  }
  if (!interval) {
    return 'Every line has the same difference, as if it were repeated, so there is no interval and no verdict.';
  }
  const rough =
    lines < FEW ? `\nWith ${plural(lines, 'line')} the interval is approximate; use ${FEW} or more.` : '';
  if (interval.low <= 0 && interval.high >= 0) {
    return `The interval contains 0: this text does not show which model is better.${rough}`;
  }
  return `${mean < 0 ? 'B' : 'A'} predicts the text better: the interval does not contain 0.${rough}`;
}

function caveats({ unit, a, b, difference, known }: Comparison): string[] {
  if (a.unknownTokens + b.unknownTokens === 0) return [];
  if (unit === 'character') {
    return ['Out-of-vocabulary tokens cost fewer bits than spelling the words, so compare their rates too.'];
  }
  if (!difference.interval || known?.noInterval !== 'few-lines') return [];
  return [`Tokens known to both occur in ${plural(known.lines, 'line')}: too few for an interval.`];
}

function signed(bits: number, digits: number): string {
  const text = Math.abs(bits).toFixed(digits);
  return Number(text) === 0 ? text : `${bits < 0 ? '−' : '+'}${text}`;
}

function placeHeader(unit: string): string {
  const name = unit === 'token' ? 'token in its context' : 'text';
  return `${'line'.padStart(6)} ${'bits of A'.padStart(10)} ${'of B'.padStart(8)} ${'B − A'.padStart(8)}  ${name}`;
}

function placeText({ line, a, b, before, text }: DifferingToken, width: number): string {
  const numbers = `${String(line).padStart(6)} ${a.toFixed(2).padStart(10)} ${b.toFixed(2).padStart(8)} ${signed(b - a, 2).padStart(8)}  `;
  const room = Math.min(width - 37, 43);
  const shown = clip(printable(text), room - 1);
  const lead = before === '' ? '' : clipStart(`${printable(before)} `, room - columnsOf(shown));
  return `${numbers}${lead}${bold(shown)}`;
}
