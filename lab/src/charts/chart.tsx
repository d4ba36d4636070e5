import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { colourScheme } from '../theme.ts';
import type { ChartContents } from './contents.ts';

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
  const lines = { stroke: line, width: 1 };
  const inColours = (axis: ChartContents['axes'][number]) => ({
    stroke,
    ...axis,
    grid: { ...lines, ...axis.grid },
    ticks: { ...lines, ...axis.ticks },
  });
  const size = { width: element.clientWidth, height };
  return new uPlot({ ...size, scales, axes: axes.map(inColours), series: [...series] }, data, element);
}
