import { useMemo } from 'preact/hooks';
import { Chart } from '../../charts/chart.tsx';
import { say } from '../../language/language.ts';
import type { ShownRun } from '../../state/runs.ts';
import { curvesOf } from './curves.ts';

/** Perplexity by time, on a log scale: training and validation of each run, and the n-gram baselines of the current one. */
export function PerplexityChart({
  runs,
  current,
}: {
  readonly runs: readonly ShownRun[];
  readonly current: ShownRun;
}) {
  const { axis, series: names, chart } = say.value.train;
  const contents = useMemo(() => {
    const { data, series } = curvesOf(runs, current, names);
    return {
      height: 320,
      scales: { x: { time: false }, y: { distr: 3 as const } },
      axes: [{ label: axis.time }, { label: axis.perplexity, size: 70 }],
      series: [{ label: axis.time }, ...series],
      data,
    };
  }, [runs, current, axis, names]);
  return <Chart contents={contents} label={chart} />;
}
