import { useEffect, useRef } from 'preact/hooks';
import uPlot, { type AlignedData, type Axis, type Scale, type Series } from 'uplot';

/** What a chart shows: x, then a row of values for each series; null where a series has none. */
export interface ChartContents {
  readonly height: number;
  readonly scales: Readonly<Record<string, Scale>>;
  readonly axes: readonly Axis[];
  readonly series: readonly Series[];
  readonly data: AlignedData;
}

/** A chart as wide as its place, in the colours of the page. */
export function Chart({ contents, label }: { readonly contents: ChartContents; readonly label: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current as HTMLDivElement;
    const { height, scales, axes, series, data } = contents;
    const size = () => ({ width: element.clientWidth, height });
    const style = getComputedStyle(element);
    const [stroke, line] = ['--ink-soft', '--line'].map((name) => style.getPropertyValue(name));
    const look = { stroke, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const all = axes.map((axis) => ({ ...look, ...axis }));
    const chart = new uPlot({ ...size(), scales, axes: all, series: [...series] }, data, element);
    const watch = new ResizeObserver(() => chart.setSize(size()));
    watch.observe(element);
    return () => {
      watch.disconnect();
      chart.destroy();
    };
  }, [contents]);
  return <div ref={place} class="chart" role="img" aria-label={label} />;
}
