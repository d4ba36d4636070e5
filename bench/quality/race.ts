import { Contender, type ContenderSpec } from '../contender.ts';
import type { EpochResult, RaceJob, Ready } from './epochs.ts';
import type { Point, RaceFile, Track } from './race-file.ts';

/** A contender and how it is started. */
export interface Entrant {
  readonly name: string;
  readonly spec: ContenderSpec;
  /** The job, but for name, folder and state. @param tracks the contenders that have started before it @throws when one is missing */
  job(tracks: readonly Track[]): Omit<RaceJob, 'name' | 'folder' | 'from'>;
}

/** A contender ends when it reaches one of these, or the end of its schedule. */
export interface RaceLimits {
  /** A validation loss, in nats. */
  readonly until: number | null;
  readonly epochs: number;
  /** Minutes of training. */
  readonly minutes: number;
}

/** Timeout of one epoch: five hours. */
const PATIENCE_MS = 5 * 3_600_000;

/** Receives the news of a race while it runs. */
export type RaceListener = (name: string, news: Ready | Point | string) => void;

/**
 * Trains the contenders in turns of one epoch each; the others sleep meanwhile. Everything is kept in `file`, so that a race can
 * be continued.
 * @param signal ends the race at once; the epoch under way is lost
 * @returns the names of the contenders that failed
 */
export async function raceEpochs(
  entrants: readonly Entrant[],
  file: RaceFile,
  limits: RaceLimits,
  { tell, signal }: { readonly tell: RaceListener; readonly signal: AbortSignal },
): Promise<string[]> {
  const failed: string[] = [];
  const running = new Map<string, Contender>();
  const endAll = () => {
    for (const contender of running.values()) contender.end();
  };
  signal.addEventListener('abort', endAll);
  const attempt = async (name: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      running.get(name)?.end();
      running.delete(name);
      if (signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      failed.push(name);
      file.fail(name, reason);
      tell(name, reason);
    }
  };
  try {
    for (const entrant of entrants.filter(({ name }) => !isOver(file.track(name), limits))) {
      if (!signal.aborted) await attempt(entrant.name, () => start(entrant, file, running, tell));
    }
    while (running.size > 0 && !signal.aborted) {
      for (const [name, contender] of [...running]) {
        if (signal.aborted) break;
        await attempt(name, async () => {
          tell(name, await trainEpoch(name, contender, file));
          if (!isOver(file.track(name), limits)) return;
          contender.end();
          running.delete(name);
        });
      }
    }
  } finally {
    signal.removeEventListener('abort', endAll);
    endAll();
  }
  return failed;
}

async function start(
  { name, spec, job }: Entrant,
  file: RaceFile,
  running: Map<string, Contender>,
  tell: RaceListener,
): Promise<void> {
  const from = file.track(name)?.points.at(-1)?.state ?? null;
  const { folder } = file;
  const contender = await Contender.start(spec, { name, folder, from, ...job(file.tracks) });
  running.set(name, contender);
  const ready = contender.ready as unknown as Ready;
  checkSameCounts(file.tracks, name, ready);
  file.begin(name, ready);
  tell(name, ready);
}

/** All must train on and predict the same tokens. */
function checkSameCounts(tracks: readonly Track[], name: string, ready: Ready): void {
  for (const track of tracks) {
    for (const count of ['trainTokens', 'validTargets'] as const) {
      const [one, other] = [ready[count], track.ready[count]];
      if (one !== other) throw new Error(`${count}: ${name} has ${one}, ${track.name} ${other}`);
    }
  }
}

async function trainEpoch(name: string, contender: Contender, file: RaceFile): Promise<Point> {
  const epoch = (file.track(name)?.points.length ?? 0) + 1;
  const answer = await contender.ask({ epoch }, PATIENCE_MS);
  return file.add(name, answer as unknown as EpochResult);
}

/** Whether a contender has nothing left to do. */
export function isOver(track: Track | undefined, { until, epochs, minutes }: RaceLimits): boolean {
  const last = track?.points.at(-1);
  if (!track || !last) return false;
  const reached = until !== null && track.points.some(({ loss }) => loss <= until);
  return reached || last.done || last.epoch >= epochs || last.minutes >= minutes;
}
