import { useEffect, useRef } from 'preact/hooks';
import uPlot, { type AlignedData, type Axis, type Scale, type Series } from 'uplot';
import { colourScheme } from '../theme.ts';

/** What a chart shows: x, then a row of values for each series; null where a series has none. */
export interface ChartContents {
  readonly height: number;
  readonly scales: Readonly<Record<string, Scale>>;
  readonly axes: readonly Axis[];
  readonly series: readonly Series[];
  readonly data: AlignedData;
}

/** A chart as wide as its place, in the colours of the page. New data of the same series are drawn into the same chart. */
export function Chart({ contents, label }: { readonly contents: ChartContents; readonly label: string }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const look = `${colourScheme.value} ${contents.series.map((series) => series.label).join()}`;
  useEffect(() => {
    const element = place.current as HTMLDivElement;
    const drawn = draw(element, contents);
    chart.current = drawn;
    const watch = new ResizeObserver(() =>
      drawn.setSize({ width: element.clientWidth, height: contents.height }),
    );
    watch.observe(element);
    return () => {
      watch.disconnect();
      drawn.destroy();
    };
  }, [look]);
  useEffect(() => chart.current?.setData(contents.data), [contents]);
  return <div ref={place} class="chart" role="img" aria-label={label} />;
}

function draw(element: HTMLElement, { height, scales, axes, series, data }: ChartContents): uPlot {
  const style = getComputedStyle(element);
  const [stroke, line] = ['--ink-soft', '--line'].map((name) => style.getPropertyValue(name));
  const look = { stroke, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const size = { width: element.clientWidth, height };
  return new uPlot(
    { ...size, scales, axes: axes.map((axis) => ({ ...look, ...axis })), series: [...series] },
    data,
    element,
  );
}
