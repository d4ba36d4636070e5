import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { say } from '../../language/language.ts';
import type { ShownRun } from '../../state/runs.ts';
import { curvesOf } from './curves.ts';

const HEIGHT = 320;

/** Perplexity by time, on a log scale: training and validation of each run, and the n-gram baselines of the current one. */
export function PerplexityChart({
  runs,
  current,
}: {
  readonly runs: readonly ShownRun[];
  readonly current: ShownRun;
}) {
  const place = useRef<HTMLDivElement>(null);
  const texts = say.value.train;
  useEffect(() => {
    const element = place.current as HTMLDivElement;
    const { data, series } = curvesOf(runs, current, texts.series);
    const style = getComputedStyle(element);
    const ink = style.getPropertyValue('--ink-soft');
    const axis = { stroke: ink, grid: { stroke: style.getPropertyValue('--line') } };
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        scales: { x: { time: false }, y: { distr: 3 } },
        axes: [
          { ...axis, label: texts.axis.time },
          { ...axis, label: texts.axis.perplexity, size: 70 },
        ],
        series: [{ label: texts.axis.time }, ...series],
      },
      data,
      element,
    );
    const watch = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      chart.destroy();
    };
  }, [runs, current, texts]);
  return <div ref={place} class="chart" />;
}
