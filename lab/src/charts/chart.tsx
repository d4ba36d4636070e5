import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { colourScheme } from '../theme.ts';
import type { ChartContents, Note } from './contents.ts';
import { drawNotes } from './draw-notes.ts';
import { logText, logTicks } from './log-ticks.ts';

const NONE: readonly Note[] = [];

interface Props {
  readonly contents: ChartContents;
  readonly label: string;
  /** Default: none. */
  readonly notes?: readonly Note[];
  /** Called with the x under the pointer; null when the pointer leaves. */
  readonly onPoint?: (x: number | null) => void;
}

/** A chart as wide as its place, in the colours of the page. New data of the same series are drawn into the same chart. */
export function Chart({ contents, label, notes = NONE, onPoint }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const live = useRef({ notes, onPoint });
  live.current = { notes, onPoint };
  const named = contents.series.map((series) => `${series.label} ${series.stroke}`);
  const look = [colourScheme.value, ...named, ...contents.axes.map((axis) => axis.label)].join();
  useEffect(() => {
    const element = place.current as HTMLDivElement;
    const paper = getComputedStyle(document.body).backgroundColor;
    const hooks: uPlot.Hooks.Arrays = {
      draw: [(drawn) => drawNotes(drawn, live.current.notes, paper)],
      setCursor: [(drawn) => live.current.onPoint?.(pointed(drawn))],
    };
    const drawn = draw(element, contents, hooks);
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
  useEffect(() => {
    // A chart without points has no axes that it could draw.
    if (contents.data[0].length > 0) chart.current?.redraw(false);
  }, [notes]);
  return <div ref={place} class="chart" role="img" aria-label={label} />;
}

function pointed({ cursor: { left = -1 }, posToVal }: uPlot): number | null {
  return left < 0 ? null : posToVal(left, 'x');
}

/** Ticks of a log scale are ours: uPlot finds no end of those of vanishing numbers, and writes these as 0. */
function ticksOf(scale: uPlot.Scale | undefined): uPlot.Axis {
  if (scale?.distr !== 3) return {};
  return {
    splits: (_chart, _axis, least, most) => logTicks(least, most),
    filter: (_chart, ticks) => ticks,
    values: (_chart, ticks) => ticks.map(logText),
  };
}

function draw(
  element: HTMLElement,
  { height, scales, axes, series, data }: ChartContents,
  hooks: uPlot.Hooks.Arrays,
): uPlot {
  const style = getComputedStyle(element);
  const [stroke, line] = ['--ink-soft', '--line'].map((name) => style.getPropertyValue(name));
  const lines = { stroke: line, width: 1 };
  const inColours = (axis: ChartContents['axes'][number], i: number) => ({
    stroke,
    ...ticksOf(scales[axis.scale ?? (i === 0 ? 'x' : 'y')]),
    ...axis,
    grid: { ...lines, ...axis.grid },
    ticks: { ...lines, ...axis.ticks },
  });
  const size = { width: element.clientWidth, height };
  return new uPlot({ ...size, scales, axes: axes.map(inColours), series: [...series], hooks }, data, element);
}
