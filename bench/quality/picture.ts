// Draws the curves of a race: `tsx bench/quality/picture.ts bench/results/quality-<text>-<machine>.json [docs/quality-<text>.svg]`.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { drawCurves } from '../../recipes/plot.ts';
import type { RaceResult } from './race-file.ts';
import { inUnit } from './report.ts';
import { qualityTexts } from './texts.ts';

const PERPLEXITIES = [70, 80, 90, 100, 120, 150, 200, 300, 400, 600, 1000, 2000];
const NATS = [1.4, 1.45, 1.5, 1.55, 1.6, 1.7, 1.8, 2, 2.2, 2.5, 3, 3.5];

/** An SVG of the validation perplexity (or loss in nats) of each contender over its minutes of training. */
export function drawRace({ request, machine, tracks }: RaceResult): string {
  const { unit } = request;
  const isPerplexity = unit === 'perplexity';
  const { title } = qualityTexts[request.text as keyof typeof qualityTexts];
  const curves = tracks
    .filter(({ points }) => points.length > 0)
    .map(({ name, points }) => {
      const pairs = points.map(({ minutes, loss }) => [minutes, inUnit(loss, unit)] as const);
      return [name, { machine: machine.cpu, points: pairs }] as const;
    });
  const what = isPerplexity ? 'perplexity' : 'loss in nats per character';
  const versions = tracks.flatMap(({ ready }) => (ready.settings ? [ready.ready] : []));
  return drawCurves(Object.fromEntries(curves), {
    title: `${title}: validation ${what} over minutes of training (lower is better)`,
    caption: [
      `${machine.cpu}, ${machine.cores} cores`,
      `Node ${machine.node}`,
      ...new Set(versions),
      machine.date.slice(0, 10),
      'labels: the lowest',
    ].join(' · '),
    ticks: isPerplexity ? PERPLEXITIES : NATS,
    digits: isPerplexity ? 1 : 3,
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [from, given] = process.argv.slice(2);
  const result: RaceResult = JSON.parse(readFileSync(from, 'utf8'));
  writeFileSync(given ?? `docs/quality-${result.request.text}.svg`, drawRace(result));
}
