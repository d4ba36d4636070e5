import type { ChartContents } from './contents.ts';
import { logText, logTicks } from './log-ticks.ts';

const [WIDTH, LEFT, RIGHT, TOP, BOTTOM] = [900, 70, 160, 20, 50];

/** A scale from values to positions on an axis, with its round values. */
interface AxisScale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** A chart as an SVG file: the first axis is x, the second y; each series is named at its end. */
export function svgOf({ height, scales, axes, series, data }: ChartContents): string {
  const [xs, ...rows] = data as readonly (readonly (number | null)[])[];
  const isLog = scales.y?.distr === 3;
  const x = scaleOf(xs, LEFT, WIDTH - RIGHT, false);
  const y = scaleOf(rows.flat(), height - BOTTOM, TOP, isLog);
  const curves = rows.map((row, i) => {
    const points = row.flatMap((value, at) =>
      value === null ? [] : [`${x.at(xs[at] as number)},${y.at(value)}`],
    );
    return curveOf(points, series[i + 1] ?? {});
  });
  const lines = [
    ...y.ticks.map((value) => gridLine(LEFT, y.at(value), WIDTH - RIGHT, y.at(value))),
    ...y.ticks.map((value) =>
      words(LEFT - 8, y.at(value) + 4, isLog ? logText(value) : String(value), 'end'),
    ),
    ...x.ticks.map((value) => words(x.at(value), height - BOTTOM + 18, String(value), 'middle')),
    words((LEFT + WIDTH - RIGHT) / 2, height - 8, String(axes[0].label ?? ''), 'middle'),
    words(LEFT, TOP - 6, String(axes[1].label ?? ''), 'end'),
  ];
  const inner = [...lines, ...curves].join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">\n${inner}\n</svg>\n`;
}

function scaleOf(values: readonly (number | null)[], from: number, to: number, isLog: boolean): AxisScale {
  const measured = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...measured), Math.max(...measured)];
  const place = isLog ? Math.log : (value: number) => value;
  const span = place(most) - place(least) || 1;
  const at = (value: number) => round(from + ((place(value) - place(least)) / span) * (to - from));
  return { at, ticks: isLog ? logTicks(least, most) : linearTicks(least, most) };
}

/** About five round values. */
function linearTicks(least: number, most: number): number[] {
  const rough = (most - least || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) as number;
  const ticks: number[] = [];
  for (let i = Math.ceil(least / step); i * step <= most; i++) ticks.push(Number((i * step).toPrecision(6)));
  return ticks;
}

function curveOf(
  points: readonly string[],
  { stroke, dash, width, label }: ChartContents['series'][number],
): string {
  if (points.length === 0) return '';
  const [x, y] = (points.at(-1) as string).split(',').map(Number);
  const dashes = dash && dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : '';
  const line = `<polyline fill="none" stroke="${stroke}" stroke-width="${width ?? 1}"${dashes} points="${points.join(' ')}"/>`;
  return `${line}\n${words(x + 6, y + 4, String(label ?? ''), 'start', String(stroke))}`;
}

function gridLine(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#ddd"/>`;
}

function words(
  x: number,
  y: number,
  text: string,
  anchor: 'start' | 'middle' | 'end',
  fill = '#444',
): string {
  const safe = text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${fill}">${safe}</text>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
