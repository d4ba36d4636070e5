// Draws perplexity over time: `tsx recipes/plot.ts build/recipes/*.jsonl` adds the logs of runs to
// recipes/curves.json, replacing runs of the same name, and draws docs/recipes.svg.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename } from 'node:path';
import { escapeXml } from '../scripts/pictures/svg.ts';
import { type Curve, curveOf } from './curve.ts';

const [CURVES, PICTURE] = ['recipes/curves.json', 'docs/recipes.svg'];
const [WIDTH, HEIGHT] = [760, 420];
const PLOT = { left: 60, right: 640, top: 50, bottom: 370 };
/** As in biome.json. */
const LINE_WIDTH = 110;
const COLOURS = ['#0969da', '#cf222e', '#1a7f37', '#8250df', '#bf8700', '#57606a'];

const style = `
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .title { font-weight: 600; }
  .quiet { fill: #57606a; font-size: 12px; }
  .grid { stroke: #afb8c1; stroke-width: 0.5; }
  polyline { fill: none; stroke-width: 2; }
  .label { paint-order: stroke; stroke: #fff; stroke-width: 4px; stroke-linejoin: round; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .quiet { fill: #8d96a0; }
    .label { stroke: #0d1117; }
  }`;

type Curves = Readonly<Record<string, Curve>>;
type Scale = (value: number) => number;

/** JSON as biome formats it: one point per line, or a whole curve on one line. */
export function curvesAsJson(curves: Curves): string {
  const entries = Object.entries(curves).map(([name, { machine, points }]) => {
    const pairs = points.map(([minutes, perplexity]) => `[${minutes}, ${perplexity}]`);
    const oneLine = `    "points": [${pairs.join(', ')}]`;
    const lines =
      oneLine.length <= LINE_WIDTH ? oneLine : `    "points": [\n      ${pairs.join(',\n      ')}\n    ]`;
    return `  ${JSON.stringify(name)}: {\n    "machine": ${JSON.stringify(machine)},\n${lines}\n  }`;
  });
  return `{\n${entries.join(',\n')}\n}\n`;
}

/** What the words and the scale of a plot are. */
export interface Drawing {
  readonly title: string;
  readonly caption: string;
  /** Values that may be marked on the vertical scale. */
  readonly ticks: readonly number[];
  /** Digits after the point in the labels. */
  readonly digits: number;
}

const TICKS = [70, 80, 90, 100, 120, 140, 160, 200, 250, 300, 400];

function drawingOf(curves: Curves): Drawing {
  const machines = new Set(Object.values(curves).map(({ machine }) => machine));
  return {
    title: 'Penn Treebank: validation perplexity over minutes of training (lower is better)',
    caption: `${[...machines].join(' · ')}; labels: the lowest perplexity`,
    ticks: TICKS,
    digits: 1,
  };
}

/** An SVG of validation perplexities (or losses) over minutes of training, both on logarithmic scales. */
export function drawCurves(curves: Curves, drawing: Drawing = drawingOf(curves)): string {
  const points = Object.values(curves).flatMap((curve) => curve.points);
  const x = logScale(
    points.map(([minutes]) => minutes),
    PLOT.left,
    PLOT.right,
  );
  const y = logScale(
    points.map(([, perplexity]) => perplexity),
    PLOT.bottom,
    PLOT.top,
  );
  const lines = Object.values(curves).map((curve, i) => drawCurve(curve, COLOURS[i % COLOURS.length], x, y));
  // After all lines, so that no line crosses a label.
  const labels = drawLabels(curves, drawing.digits, x, y);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escapeXml(drawing.title)}">
<style>${style}
</style>
<text class="title" x="0" y="16">${escapeXml(drawing.title)}</text>
<text class="quiet" x="0" y="34">${escapeXml(drawing.caption)}</text>
${grid(points, drawing.ticks, x, y)}
${[...lines, ...labels].join('\n')}
</svg>
`;
}

function logScale(values: readonly number[], from: number, to: number): Scale {
  const [least, most] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))];
  return (value) => from + ((Math.log(value) - least) / (most - least || 1)) * (to - from);
}

function grid(points: Curve['points'], ticks: readonly number[], x: Scale, y: Scale): string {
  const within = (ticks: readonly number[], values: number[]) =>
    ticks.filter((tick) => tick >= Math.min(...values) && tick <= Math.max(...values));
  const minutes = within(
    [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 240, 480],
    points.map(([minute]) => minute),
  );
  const perplexities = within(
    ticks,
    points.map(([, perplexity]) => perplexity),
  );
  return [
    ...minutes.map((tick) => {
      const at = x(tick).toFixed(1);
      return `<line class="grid" x1="${at}" x2="${at}" y1="${PLOT.top}" y2="${PLOT.bottom}"/><text class="quiet" x="${at}" y="${PLOT.bottom + 18}" text-anchor="middle">${tick}</text>`;
    }),
    ...perplexities.map((tick) => {
      const at = y(tick).toFixed(1);
      return `<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${at}" y2="${at}"/><text class="quiet" x="${PLOT.left - 8}" y="${Number(at) + 4}" text-anchor="end">${tick}</text>`;
    }),
    `<text class="quiet" x="${(PLOT.left + PLOT.right) / 2}" y="${PLOT.bottom + 38}" text-anchor="middle">minutes</text>`,
  ].join('\n');
}

function drawCurve({ points }: Curve, colour: string, x: Scale, y: Scale): string {
  const path = points
    .map(([minutes, perplexity]) => `${x(minutes).toFixed(1)},${y(perplexity).toFixed(1)}`)
    .join(' ');
  const [cx, cy] = path.split(' ').at(-1)!.split(',');
  return `<polyline stroke="${colour}" points="${path}"/><circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`;
}

/** Vertical distance between two labels. */
const LABEL = 15;

/** The name and the lowest value at the end of each curve, moved down where it would cover another. */
function drawLabels(curves: Curves, digits: number, x: Scale, y: Scale): string[] {
  const ends = Object.entries(curves).map(([name, { points }]) => {
    const [minutes, last] = points.at(-1)!;
    const lowest = Math.min(...points.map(([, value]) => value));
    return { text: `${name} ${lowest.toFixed(digits)}`, left: x(minutes) + 6, top: y(last) + 4 };
  });
  ends.sort((a, b) => a.top - b.top);
  const placed: typeof ends = [];
  for (const end of ends) {
    const near = placed.filter(({ left, text }) => Math.abs(left - end.left) < 7 * text.length);
    const top = near.reduce((lowest, other) => Math.max(lowest, other.top + LABEL), end.top);
    placed.push({ ...end, top });
  }
  return placed.map(
    ({ text, left, top }) =>
      `<text class="label" x="${left.toFixed(1)}" y="${top.toFixed(1)}">${escapeXml(text)}</text>`,
  );
}

if (process.argv[1]?.endsWith('plot.ts')) {
  const curves: Record<string, Curve> = existsSync(CURVES) ? JSON.parse(readFileSync(CURVES, 'utf8')) : {};
  const machine = `${cpus()[0].model.trim()}, ${cpus().length} cores`;
  for (const file of process.argv.slice(2)) {
    const curve = curveOf(readFileSync(file, 'utf8'), machine);
    if (curve.points.length > 0) curves[basename(file, '.jsonl')] = curve;
  }
  writeFileSync(CURVES, curvesAsJson(curves));
  writeFileSync(PICTURE, drawCurves(curves));
}
