import { describeModel, flopsPerToken, type TrainJob, tokensPerStep } from './configs.ts';
import type { Absent } from './contenders.ts';
import type { GemmResult, Peak } from './gemm.ts';
import type { GenerationResult } from './generation.ts';
import type { Race, Row } from './race.ts';
import { bestOf, oursIn, type TrainResult } from './results.ts';
import type { ScalingResult } from './scaling.ts';
import type { Verdict } from './targets.ts';

/** Rows of cells as lines: the first column to the left, the others to the right. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const lines = rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [lines[0].trimEnd(), rule, ...lines.slice(1)].join('\n');
}

export function reportGemm(results: readonly GemmResult[], peak: Peak | null): string {
  const parts = results.map(({ name, race }) => {
    const best = Math.max(...race.rows.map((row) => row.perSecond.median));
    const header = ['', 'GFLOP/s', 'min–max', 'of the best'];
    const rows = race.rows.map(({ name, perSecond: { median, min, max } }) => {
      return [name, giga(median), `${giga(min)}–${giga(max)}`, percent(median / best)];
    });
    return `Matrix product ${name}, float32\n${formatTable([header, ...rows])}${reportAbsent(race.absent)}`;
  });
  const sentence = peak
    ? `Peak: ${giga(peak.flopsPerCore)} GFLOP/s a core (${peak.by}) × ${peak.cores} = ${giga(peak.flops)} GFLOP/s; ` +
      `all cores at once reached ${giga(peak.flopsTogether)}.`
    : 'No peak was measured.';
  return [...parts, sentence].join('\n\n');
}

export function reportTraining({ name, job, race }: TrainResult, peak: Peak | null): string {
  const header = [
    '',
    'tokens/s',
    'min–max',
    'ms/step',
    'GFLOP/s',
    'of peak',
    'MB',
    'rounds',
    'blas ÷',
    'wasm ÷',
  ];
  const rows = race.rows.map((row) => trainingCells(row, job, race, peak));
  return `${name}: training, ${describeModel(job)}\n${formatTable([header, ...rows])}${reportAbsent(race.absent)}`;
}

function trainingCells(row: Row, job: TrainJob, race: Race, peak: Peak | null): string[] {
  const { median, min, max, rounds } = row.perSecond;
  const flops = median * flopsPerToken(job);
  const milliseconds = (1000 * tokensPerStep(job, row.family === 'brain.js')) / median;
  return [
    row.name,
    count(median),
    `${count(min)}–${count(max)}`,
    digits(milliseconds),
    giga(flops),
    peak ? percent(flops / peak.flops) : '',
    megabytes(row.peakBytes),
    String(rounds),
    ...ratiosOfOurs(row, race),
  ];
}

export function reportGeneration({ name, job, race }: GenerationResult): string {
  const unit = job.kind === 'generate' ? 'tokens/s' : 'per second';
  const header = ['', unit, 'min–max', 'ms', 'MB', 'blas ÷', 'wasm ÷'];
  const rows = race.rows.map((row) => {
    const { median, min, max } = row.perSecond;
    const range = `${count(min)}–${count(max)}`;
    const milliseconds = digits(1000 / median);
    return [
      row.name,
      count(median),
      range,
      milliseconds,
      megabytes(row.peakBytes),
      ...ratiosOfOurs(row, race),
    ];
  });
  const title = job.kind === 'generate' ? name : `${name} after a prompt of ${job.prompt}`;
  return `Generation, ${title}, one stream: ${describeModel(job)}\n${formatTable([header, ...rows])}${reportAbsent(race.absent)}`;
}

export function reportEncoding(race: Race): string {
  const ours = bestOf(race, 'ours');
  const rows = race.rows.map((row) => {
    const { median, min, max } = row.perSecond;
    const times = ours ? `${digits(ours.perSecond.median / median)}×` : '';
    return [row.name, digits(median), `${digits(min)}–${digits(max)}`, megabytes(row.peakBytes), times];
  });
  const header = ['', 'MB of text/s', 'min–max', 'MB', 'unrolled ÷'];
  return `Encoding, byte-level BPE, 8,000 pieces, one thread\n${formatTable([header, ...rows])}${reportAbsent(race.absent)}`;
}

/** Speed of ours with two threads divided by the row's speed. */
function ratiosOfOurs(row: Row, race: Race): string[] {
  return ['blas', 'wasm'].map((backend) => {
    const ours = oursIn(race, backend, 2);
    return ours ? `${digits(ours.perSecond.median / row.perSecond.median)}×` : '';
  });
}

export function reportScaling({ base, rows, absent }: ScalingResult): string {
  const header = ['', 'size', 'cost', 'operations'];
  const cells = rows.map(({ contender, size, factor, cost, operations }) => {
    return [contender, `${size} ×${factor}`, `${digits(cost)}×`, `${digits(operations)}×`];
  });
  return `Cost of a step as one size grows, from ${describeModel(base)}\n${formatTable([header, ...cells])}${reportAbsent(absent)}`;
}

export function reportVerdicts(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ what, wanted, got, met }) => {
    const result = met === null ? 'not measured' : met ? 'met' : 'NOT MET';
    return [what, `≥ ${digits(wanted)}`, got === null ? '–' : digits(got), result];
  });
  return `Targets\n${formatTable([['', 'wanted', 'got', ''], ...rows])}`;
}

export function reportAbsent(absent: readonly Absent[]): string {
  return absent.map(({ name, reason }) => `\nwithout ${name}: ${reason}`).join('');
}

const giga = (flops: number): string => digits(flops / 1e9);
const percent = (share: number): string => `${digits(100 * share)} %`;
const megabytes = (bytes: number): string => Math.round(bytes / 1e6).toLocaleString('en');
const count = (value: number): string =>
  value < 100 ? digits(value) : Math.round(value).toLocaleString('en');

/** Three digits, at most two of them after the point. */
export function digits(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(value >= 10 ? 1 : 2);
}
