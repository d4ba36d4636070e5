// Draws results as bars: `tsx bench/picture.ts bench/results/<machine>.json [docs/speed.svg]`.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { escapeXml } from '../scripts/pictures/svg.ts';
import { describeModel } from './configs.ts';
import type { Race, Row } from './race.ts';
import type { Results, TrainResult } from './results.ts';

const WIDTH = 760;
const LABELS = 190;
const VALUES = 90;
const ROW = 22;
const BAR = 14;
const HEAD = 34;

const style = `
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .title { font-weight: 600; }
  .quiet { fill: #57606a; font-size: 12px; }
  .ours { fill: #0969da; }
  .peer { fill: #afb8c1; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .quiet { fill: #8d96a0; }
    .ours { fill: #4493f8; }
    .peer { fill: #57606a; }
  }`;

/** An SVG of tokens per second, one group of bars a configuration, each to its own scale. */
export function drawSpeed({ machine, training }: Pick<Results, 'machine' | 'training'>): string {
  const parts: string[] = [];
  let y = 48;
  for (const result of training) {
    const bars = bestOfEach(result.race);
    parts.push(drawGroup(result, bars, y));
    y += HEAD + bars.length * ROW + 14;
  }
  const caption = `${machine.cpu}, ${machine.cores} cores · Node ${machine.node} · ${machine.date.slice(0, 10)}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" aria-label="Training speed in tokens per second">
<style>${style}
</style>
<text class="title" x="0" y="16">Training, tokens per second (more is better)</text>
<text class="quiet" x="0" y="34">${escapeXml(caption)}</text>
${parts.join('\n')}
</svg>
`;
}

function drawGroup({ name, job }: TrainResult, bars: readonly Row[], top: number): string {
  const most = Math.max(...bars.map((row) => row.perSecond.median));
  const title = `<text x="0" y="${top + 22}"><tspan class="title">${name}</tspan> <tspan class="quiet">${describeModel(job)}</tspan></text>`;
  const lines = bars.map((row, i) => {
    const y = top + HEAD + i * ROW;
    const value = row.perSecond.median;
    const width = Math.max(1, (value / most) * (WIDTH - LABELS - VALUES));
    const kind = row.family === 'ours' ? 'ours' : 'peer';
    return `<text x="0" y="${y + 11}">${escapeXml(labelOf(row))}</text><rect class="${kind}" x="${LABELS}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/><text x="${(LABELS + width + 6).toFixed(1)}" y="${y + 11}">${Math.round(value).toLocaleString('en')}</text>`;
  });
  return [title, ...lines].join('\n');
}

/** Of rows that differ in threads or in a peer's backend, the fastest: ours first, then by speed. */
function bestOfEach({ rows }: Race): Row[] {
  const best = new Map<string, Row>();
  for (const row of rows) {
    const key = row.name.split(',')[0];
    const other = best.get(key);
    if (!other || row.perSecond.median > other.perSecond.median) best.set(key, row);
  }
  const isPeer = (row: Row) => Number(row.family !== 'ours');
  return [...best.values()].sort((a, b) => isPeer(a) - isPeer(b) || b.perSecond.median - a.perSecond.median);
}

function labelOf({ name, family }: Row): string {
  return family === 'ours' ? `Unrolled ${name}` : name;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [from, to = 'docs/speed.svg'] = process.argv.slice(2);
  writeFileSync(to, drawSpeed(JSON.parse(readFileSync(from, 'utf8'))));
}
