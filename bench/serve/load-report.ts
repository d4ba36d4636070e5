import { digits, formatTable } from '../report.ts';
import type { LoadResult, Spread } from './wave.ts';

const HEADER = [
  '',
  'at once',
  'tokens/s',
  '÷ serial',
  'first token, ms',
  'between',
  'whole answer',
  'busy',
  'batch',
  'errors',
];

/** A table of the measurements per backend, with the target ratio. */
export function reportLoad(results: readonly LoadResult[]): string {
  const backends = [...new Set(results.map(({ backend }) => backend))];
  return backends
    .map((name) =>
      reportBackend(
        name,
        results.filter(({ backend }) => backend === name),
      ),
    )
    .join('\n\n');
}

function reportBackend(backend: string, results: readonly LoadResult[]): string {
  const serial = results.find(({ stream, atOnce }) => !stream && atOnce === 1)?.tokensPerSecond ?? Number.NaN;
  const rows = results.map((result) => [
    result.stream ? 'streamed' : 'whole',
    result.atOnce.toLocaleString('en'),
    digits(result.tokensPerSecond),
    digits(result.tokensPerSecond / serial),
    cell(result.first),
    cell(result.between),
    cell(result.total),
    `${digits(100 * result.busy)} %`,
    digits(result.batch),
    String(result.errors),
  ]);
  const best = (streamed: boolean) => {
    const speeds = results
      .filter(({ stream }) => stream === streamed)
      .map((result) => result.tokensPerSecond);
    return digits(Math.max(...speeds) / serial);
  };
  const ratios = `the best is ${best(false)} times serial requests when whole, ${best(true)} when streamed (wanted: 5)`;
  return `--backend ${backend}, answers of 64 tokens; times are p50 / p99 in ms\n${formatTable([HEADER, ...rows])}\n${ratios}`;
}

function cell({ p50, p99 }: Spread): string {
  return Number.isNaN(p50) ? '' : `${digits(p50)} / ${digits(p99)}`;
}
