import type { AlignedData, Series } from 'uplot';
import type { Point, ShownRun } from '../../state/runs.ts';

/** Colours of runs, told apart in grey too because their dashes differ. */
const COLOURS = ['#1f6feb', '#d9730d', '#6f42c1', '#2e7d5b'];
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

interface Curves {
  readonly data: AlignedData;
  readonly series: readonly Series[];
}

type Names = Readonly<Record<'train' | 'valid' | 'unigram' | 'bigram', string>>;

/** The curves of runs on one time axis: (seconds), then one row of perplexities for each curve. */
export function curvesOf(runs: readonly ShownRun[], current: ShownRun, names: Names): Curves {
  const curves = runs.flatMap((run, i) => ofRun(run, i, runs.length > 1, names));
  const last = Math.max(1, ...runs.flatMap(({ train }) => train.map(({ seconds }) => seconds)));
  if (current.baselines) curves.push(...ofBaselines(current.baselines, last, names));
  const times = [...new Set(curves.flatMap(({ points }) => points.map(({ seconds }) => seconds)))].sort(
    (a, b) => a - b,
  );
  const rows = curves.map(({ points }) => {
    const at = new Map(points.map(({ seconds, perplexity }) => [seconds, perplexity]));
    return times.map((time) => at.get(time) ?? null);
  });
  return { data: [times, ...rows], series: curves.map(({ series }) => series) };
}

interface Curve {
  readonly points: readonly Point[];
  readonly series: Series;
}

function ofRun({ facts, train, valid }: ShownRun, i: number, isNamed: boolean, names: Names): Curve[] {
  const prefix = isNamed ? `${facts.name.replace('.safetensors', '')} ` : '';
  const look = { stroke: COLOURS[i % COLOURS.length], dash: DASHES[i % DASHES.length], spanGaps: true };
  return [
    {
      points: train,
      series: { ...look, label: `${prefix}${names.train}`, width: 1, points: { show: false } },
    },
    {
      points: valid,
      series: { ...look, label: `${prefix}${names.valid}`, width: 2, points: { show: true, size: 7 } },
    },
  ];
}

function ofBaselines(
  { unigram, bigram }: NonNullable<ShownRun['baselines']>,
  last: number,
  names: Names,
): Curve[] {
  const line = (label: string, perplexity: number, dash: number[]): Curve => ({
    points: [0, last].map((seconds) => ({ seconds, perplexity })),
    series: { label, stroke: '#8a8f98', dash, width: 1, spanGaps: true, points: { show: false } },
  });
  return [line(names.unigram, unigram, [6, 4]), line(names.bigram, bigram, [2, 4])];
}
