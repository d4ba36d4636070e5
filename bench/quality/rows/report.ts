import { formatTable } from '../../report.ts';
import { shown } from '../report.ts';
import type { QualityRow } from './catalog.ts';
import { type Adaptations, adaptationNames, type TextLosses } from './evaluate.ts';
import type { TrainOutcome } from './train.ts';

/** One run of a row: a checkout and a seed. */
export interface RowRun extends TrainOutcome {
  /** `this`, or `other` for the checkout of `--against`. */
  readonly side: 'this' | 'other';
  readonly seed: number;
  /** A run with other options is another run. */
  readonly asked: { readonly minutes: number; readonly flags: string };
  /** Null where the program chose the validation text itself. */
  readonly losses: RowLosses | null;
}

/** The losses of a run on its texts. */
export interface RowLosses {
  readonly valid: TextLosses;
  /** Only when it was asked for. */
  readonly test: TextLosses | null;
  /** Fitted on the validation text; null without. */
  readonly adaptations: Adaptations | null;
}

/** The compared number of a run, in the row's unit. */
export function scoreOf({ losses, valid }: RowRun, { unit }: Pick<QualityRow, 'unit'>): number {
  if (unit === 'bits per byte') return losses?.valid.bitsPerByte ?? valid?.bitsPerByte ?? Number.NaN;
  const loss = losses?.valid.carried ?? Math.log(valid?.perplexity ?? Number.NaN);
  return unit === 'perplexity' ? Math.exp(loss) : loss;
}

/** A table of a row's runs, with the mean of each side and, with two sides, their ratio. */
export function reportRow(row: QualityRow, runs: readonly RowRun[]): string {
  const windows = row.text.windows.map(String);
  const tested = runs.some(({ losses }) => losses?.test);
  const parts: ('valid' | 'test')[] = tested ? ['valid', 'test'] : ['valid'];
  const ways = row.adapts && runs.some(({ losses }) => losses?.valid.adapted) ? adaptationNames : [];
  const header = [
    ...['', 'minutes', 'epochs', 'parameters', row.unit],
    ...(tested ? ['test'] : []),
    ...windows.map((window) => `windows of ${window}`),
    ...ways.flatMap((way) => parts.map((part) => (part === 'test' ? `${way}, test` : way))),
  ];
  const lines = runs.map((run) => {
    const { side, seed, minutes, epochs, parameters, stopped, losses } = run;
    const cells = parts.flatMap((part) => losses?.[part] ?? []);
    return [
      ...[`${side}, seed ${seed}`, `${minutes.toFixed(2)}${noteOn(minutes, stopped, row)}`],
      ...[String(epochs), parameters.toLocaleString('en'), digits(scoreOf(run, row))],
      ...(tested ? [losses?.test ? shown(losses.test.carried, row.unit) : ''] : []),
      ...windows.map((window) => (losses ? shown(losses.valid.windows[window], row.unit) : '')),
      ...ways.flatMap((way) => cells.map(({ adapted }) => (adapted ? shown(adapted[way], row.unit) : ''))),
    ];
  });
  return `${row.title}, ${row.minutes} minutes\n${formatTable([header, ...lines])}\n${summaryOf(row, runs)}`;
}

function noteOn(minutes: number, stopped: boolean, row: QualityRow): string {
  if (stopped) return ' STOPPED';
  return minutes > 1.1 * row.minutes ? ' OVER' : '';
}

function summaryOf(row: QualityRow, runs: readonly RowRun[]): string {
  const means = (['this', 'other'] as const).flatMap((side) => {
    const scores = runs.filter((run) => run.side === side).map((run) => scoreOf(run, row));
    return scores.length === 0 ? [] : [{ side, mean: scores.reduce((a, b) => a + b, 0) / scores.length }];
  });
  const [mine, other] = means;
  const each = means.map(({ side, mean }) => `${side} ${digits(mean)}`).join(', ');
  const ratio = other ? `; this ÷ other: ${(mine.mean / other.mean).toFixed(3)}` : '';
  return `mean ${row.unit}: ${each}${ratio}`;
}

function digits(value: number): string {
  return value < 10 ? value.toFixed(4) : value.toFixed(2);
}
