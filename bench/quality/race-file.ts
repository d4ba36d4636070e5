import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Machine } from '../machine.ts';
import type { EpochResult, Ready } from './epochs.ts';
import type { Unit } from './texts.ts';

/** What a race was asked for; a continued race must ask for the same. */
export interface RaceRequest {
  readonly text: string;
  readonly unit: Unit;
  /** Flags of `unrolled train` of our contenders. */
  readonly flags: string;
  readonly seed: number;
  readonly threads: number;
  readonly quick: boolean;
}

/** One epoch of a contender. Minutes are added up from the first epoch; losses are means in nats. */
export interface Point
  extends Pick<EpochResult, 'epoch' | 'trainLoss' | 'loss' | 'windows' | 'exampleLoss' | 'state' | 'done'> {
  /** Minutes of training. */
  readonly minutes: number;
  /** Minutes of validation. */
  readonly validMinutes: number;
}

/** A contender and its curve. */
export interface Track {
  readonly name: string;
  readonly ready: Ready;
  readonly points: readonly Point[];
  /** Why it ended in the last session; null if it did not. */
  readonly failed: string | null;
}

/** A race: the file in its folder, and the results. */
export interface RaceResult {
  readonly request: RaceRequest;
  readonly machine: Machine;
  readonly tracks: readonly Track[];
}

/** A race on disk. Each change is written at once, as a whole, so that a killed race loses at most the epoch under way. */
export class RaceFile {
  readonly folder: string;
  readonly request: RaceRequest;
  readonly machine: Machine;
  readonly #tracks: Map<string, Track>;

  private constructor(folder: string, { request, machine, tracks }: RaceResult) {
    this.folder = folder;
    this.request = request;
    this.machine = machine;
    this.#tracks = new Map(tracks.map((track) => [track.name, track]));
  }

  /**
   * Opens the race of a folder.
   * @param how `resume` continues it, `overwrite` deletes it; null starts a new one
   * @throws for a race that would be replaced, or was asked for something else
   */
  static open(
    folder: string,
    request: RaceRequest,
    machine: Machine,
    how: 'resume' | 'overwrite' | null,
  ): RaceFile {
    const path = join(folder, 'race.json');
    mkdirSync(folder, { recursive: true });
    if (how === 'overwrite') clear(folder);
    if (!existsSync(path)) return new RaceFile(folder, { request, machine, tracks: [] });
    const found: RaceResult = JSON.parse(readFileSync(path, 'utf8'));
    const [was, is] = [found.request, request].map((one) => JSON.stringify(one));
    if (how === null || was !== is) {
      const differs = was === is ? '' : ` of ${was}, not ${is}`;
      throw new Error(
        `${folder} has a race${differs}. Continue it with --resume and the same options, delete it with --overwrite, or choose another --folder.`,
      );
    }
    return new RaceFile(folder, found);
  }

  get tracks(): readonly Track[] {
    return [...this.#tracks.values()];
  }

  track(name: string): Track | undefined {
    return this.#tracks.get(name);
  }

  /** Adds a contender, or records that it started again. */
  begin(name: string, ready: Ready): void {
    this.#set({ name, ready, points: this.#tracks.get(name)?.points ?? [], failed: null });
  }

  /** Adds an epoch to a contender that has begun. */
  add(name: string, result: EpochResult): Point {
    const track = this.#tracks.get(name) as Track;
    const point = pointAfter(track.points.at(-1), result);
    this.#set({ ...track, points: [...track.points, point] });
    return point;
  }

  fail(name: string, reason: string): void {
    const track = this.#tracks.get(name);
    if (track) this.#set({ ...track, failed: reason });
  }

  #set(track: Track): void {
    this.#tracks.set(track.name, track);
    const { request, machine, tracks } = this;
    writeJson(join(this.folder, 'race.json'), { request, machine, tracks });
  }
}

/** Removes the files of a race, but not its lock. */
function clear(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith('.')) rmSync(join(folder, name), { recursive: true });
  }
}

function pointAfter(last: Point | undefined, result: EpochResult): Point {
  const { epoch, trainLoss, loss, windows, exampleLoss, state, done, trainSeconds, validSeconds } = result;
  if (epoch !== (last?.epoch ?? 0) + 1) {
    throw new Error(
      `epoch ${epoch} follows epoch ${last?.epoch ?? 0}: the state that was continued is another one`,
    );
  }
  return {
    ...{ epoch, minutes: (last?.minutes ?? 0) + trainSeconds / 60 },
    ...{ validMinutes: (last?.validMinutes ?? 0) + validSeconds / 60, trainLoss, loss, windows },
    ...(exampleLoss !== undefined && { exampleLoss }),
    ...{ state, done },
  };
}

/** Writes a file as a whole. */
export function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(`${path}.part`, path);
}
