import { formatTable } from '../report.ts';
import type { RaceResult, Track } from './race-file.ts';
import type { Unit } from './texts.ts';

/** A loss in nats in the unit of a text. */
export function inUnit(loss: number, unit: Unit): number {
  return unit === 'perplexity' ? Math.exp(loss) : loss;
}

/** The loss in nats of a number in the unit of a text. */
export function lossOf(value: number, unit: Unit): number {
  return unit === 'perplexity' ? Math.log(value) : value;
}

export function shown(loss: number, unit: Unit): string {
  return inUnit(loss, unit).toFixed(unit === 'perplexity' ? 2 : 4);
}

/** Minutes of training at the end of the first epoch whose validation loss is at most `loss`; null if there is none. */
export function minutesTo(loss: number, { points }: Pick<Track, 'points'>): number | null {
  return points.find((point) => point.loss <= loss)?.minutes ?? null;
}

/** How the contenders stand. */
export function reportTracks({ request, tracks }: RaceResult): string {
  const { unit } = request;
  const windows = Object.keys(tracks[0]?.points[0]?.windows ?? {});
  const header = [
    ...['', 'parameters', 'epochs', 'minutes', 'per epoch', 'validation', 'tokens/s', `best ${unit}`],
    ...windows.map((window) => `windows of ${window}`),
  ];
  const rows = tracks.map((track) => rowOf(track, unit, windows));
  const failed = tracks.filter((track) => track.failed !== null);
  const reasons = failed.map((track) => `\n  ${track.name} failed: ${track.failed}`);
  return formatTable([header, ...rows]) + reasons.join('');
}

function rowOf({ name, ready, points }: Track, unit: Unit, windows: readonly string[]): string[] {
  const last = points.at(-1);
  const start = [name, ready.parameters.toLocaleString('en')];
  if (!last) return [...start, '0', ...Array.from({ length: 5 + windows.length }, () => '')];
  const best = points.reduce((a, b) => (b.loss < a.loss ? b : a));
  const speed = (ready.trainTokens * last.epoch) / (60 * last.minutes);
  return [
    ...[...start, `${last.epoch} of ${ready.epochs}`, last.minutes.toFixed(2)],
    ...[(last.minutes / last.epoch).toFixed(2), last.validMinutes.toFixed(2), speed.toFixed(0)],
    shown(best.loss, unit),
    ...windows.map((window) => shown(best.windows[window], unit)),
  ];
}

/** Minutes until each goal, and the ratio of our first contender to each other one. Goals that nobody reached are left out. */
export function reportGoals({ request, tracks }: RaceResult, goals: readonly number[]): string {
  const ours = tracks.find((track) => track.ready.recipe);
  const others = tracks.filter((track) => track !== ours);
  const header = [
    ...[`minutes to ${request.unit}`, ...tracks.map(({ name }) => name)],
    ...(ours ? others.map(({ name }) => `${ours.name} / ${name}`) : []),
  ];
  const rows = goals.flatMap((goal) => {
    const minutes = tracks.map((track) => minutesTo(lossOf(goal, request.unit), track));
    if (minutes.every((one) => one === null)) return [];
    const ratios = ours ? others.map((other) => ratioOf(lossOf(goal, request.unit), ours, other)) : [];
    return [[String(goal), ...minutes.map((one) => one?.toFixed(2) ?? '–'), ...ratios]];
  });
  return rows.length > 0 ? formatTable([header, ...rows]) : 'No goal was reached.';
}

/** Ours ÷ theirs. An upper bound where only ours has reached the goal. */
function ratioOf(loss: number, ours: Track, theirs: Track): string {
  const [mine, other] = [minutesTo(loss, ours), minutesTo(loss, theirs)];
  const last = theirs.points.at(-1)?.minutes;
  if (mine === null) return '–';
  if (other !== null) return (mine / other).toFixed(3);
  return last === undefined ? '–' : `< ${(mine / last).toFixed(3)}`;
}
