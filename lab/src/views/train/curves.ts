import type { AlignedData, Series } from 'uplot';
import type { Note } from '../../charts/contents.ts';
import { lookOf, REFERENCE } from '../../charts/series-looks.ts';
import { type Point, type ShownRun, titleOf } from '../../state/shown-run.ts';

/** The most points of a curve of a run that is not the current one. */
const MOST_BESIDE = 400;

interface Curves {
  readonly data: AlignedData;
  readonly series: readonly Series[];
}

export type Names = Readonly<Record<'train' | 'valid' | 'unigram' | 'bigram', string>>;
type Scheme = 'light' | 'dark';

/** The curves of runs on one time axis: (seconds), then one row of perplexities for each curve. */
export function curvesOf(runs: readonly ShownRun[], current: ShownRun, names: Names, scheme: Scheme): Curves {
  const curves = runs.flatMap((run, i) => {
    const look = lookOf(i, scheme);
    const prefix = runs.length > 1 ? `${titleOf(run)} ` : '';
    return ofRun(run, look, prefix, names, run === current ? Number.POSITIVE_INFINITY : MOST_BESIDE);
  });
  if (current.baselines) {
    const prefix = runs.length > 1 ? `${titleOf(current)} ` : '';
    curves.push(...ofBaselines(current.baselines, lastTime(runs), prefix, names, scheme));
  }
  const times = [...new Set(curves.flatMap(({ points }) => points.map(({ seconds }) => seconds)))].sort(
    (a, b) => a - b,
  );
  const rows = curves.map(({ points }) => {
    const at = new Map(points.map(({ seconds, perplexity }) => [seconds, perplexity]));
    return times.map((time) => at.get(time) ?? null);
  });
  return { data: [times, ...rows], series: curves.map(({ series }) => series) };
}

/** The names on the lines of the baselines, the best epoch of the current run, and the epoch whose sample is shown. */
export function notesOf(
  runs: readonly ShownRun[],
  current: ShownRun,
  texts: Names & { readonly best: (epoch: number) => string },
  chosen: number | null,
  scheme: Scheme,
): Note[] {
  const { baselines, best, valid } = current;
  const prefix = runs.length > 1 ? `${titleOf(current)} ` : '';
  const colour = REFERENCE[scheme];
  const x = lastTime(runs);
  const name = (text: string, y: number, kind: Note['kind']): Note => ({ x, y, text, colour, kind });
  const ring = valid.find(({ epoch }) => epoch === chosen);
  const at = (point: Point) => ({ x: point.seconds, y: point.perplexity, colour });
  return [
    ...(baselines
      ? [
          name(`${prefix}${texts.unigram}`, baselines.unigram, 'name'),
          name(`${prefix}${texts.bigram}`, baselines.bigram, 'name-below'),
        ]
      : []),
    ...(best ? [{ ...at(best), text: texts.best(best.epoch), kind: 'best' as const }] : []),
    ...(ring ? [{ ...at(ring), text: '', kind: 'chosen' as const }] : []),
  ];
}

interface Curve {
  readonly points: readonly Point[];
  readonly series: Series;
}

function ofRun(
  { train, valid }: ShownRun,
  look: Pick<Series, 'stroke' | 'dash'>,
  prefix: string,
  names: Names,
  most: number,
): Curve[] {
  const line = { ...look, spanGaps: true };
  const points = { show: valid.length < 60, size: 7 };
  return [
    {
      points: sparse(train, most),
      series: { ...line, label: `${prefix}${names.train}`, width: 1, points: { show: false } },
    },
    { points: sparse(valid, most), series: { ...line, label: `${prefix}${names.valid}`, width: 2, points } },
  ];
}

/** At most about `most` points, evenly taken, with the last one. */
function sparse(points: readonly Point[], most: number): readonly Point[] {
  const every = Math.ceil(points.length / most);
  return every <= 1 ? points : points.filter((_, i) => i % every === 0 || i === points.length - 1);
}

function ofBaselines(
  { unigram, bigram }: NonNullable<ShownRun['baselines']>,
  last: number,
  prefix: string,
  names: Names,
  scheme: Scheme,
): Curve[] {
  const line = (label: string, perplexity: number, dash: number[]): Curve => ({
    points: [0, last].map((seconds) => ({ seconds, perplexity })),
    series: {
      label: `${prefix}${label}`,
      stroke: REFERENCE[scheme],
      dash,
      width: 1,
      spanGaps: true,
      points: { show: false },
    },
  });
  return [line(names.unigram, unigram, [6, 4]), line(names.bigram, bigram, [2, 4])];
}

function lastTime(runs: readonly ShownRun[]): number {
  return Math.max(1, ...runs.map(({ train }) => train.at(-1)?.seconds ?? 0));
}
