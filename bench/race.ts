import type { Job } from './configs.ts';
import { Contender, type ContenderSpec, type Family } from './contender.ts';
import type { Absent } from './contenders.ts';
import { type Sample, type Summary, summarise } from './measure.ts';

export interface Entrant {
  /** Its name in the results. */
  readonly name: string;
  readonly spec: ContenderSpec;
  readonly job: Job;
  /** What the results count, per step: tokens, operations. */
  readonly unitsPerStep: number;
}

export interface RaceOptions {
  readonly rounds: number;
  /** Seconds per turn of a contender; at least one step. */
  readonly seconds: number;
}

export interface Row {
  readonly name: string;
  readonly family: Family;
  readonly threads: number | null;
  readonly description: string;
  /** Units per second over the rounds. */
  readonly perSecond: Summary;
  readonly peakBytes: number;
}

export interface Race {
  readonly rows: readonly Row[];
  readonly absent: readonly Absent[];
}

/** A contender stops when it has used this many times its share of the time. */
const PATIENCE = 4;

interface Runner {
  readonly entrant: Entrant;
  readonly contender: Contender;
  readonly warmUp: Sample;
  readonly samples: Sample[];
}

/**
 * Starts and warms up each entrant, then runs them in turns for some rounds. Only one of them works at any time; the
 * others sleep.
 */
export async function race(entrants: readonly Entrant[], options: RaceOptions): Promise<Race> {
  const runners: Runner[] = [];
  const absent: Absent[] = [];
  const tryTo = async <T>(name: string, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      absent.push({ name, reason: error instanceof Error ? error.message : String(error) });
      return null;
    }
  };
  try {
    for (const entrant of entrants) {
      const runner = await tryTo(entrant.name, () => startRunner(entrant, options.seconds));
      if (runner) runners.push(runner);
    }
    for (let round = 1; round <= options.rounds; round++) {
      progress(`round ${round} of ${options.rounds}`);
      for (const runner of runners.filter((runner) => mayRun(runner, options))) {
        await tryTo(runner.entrant.name, async () => {
          runner.samples.push(await runner.contender.run(options.seconds));
        });
      }
    }
  } finally {
    for (const { contender } of runners) contender.end();
    progress('');
  }
  const failed = new Set(absent.map(({ name }) => name));
  return { rows: runners.filter(({ entrant }) => !failed.has(entrant.name)).map(rowOf), absent };
}

async function startRunner(entrant: Entrant, seconds: number): Promise<Runner> {
  progress(`warming up ${entrant.name}`);
  const contender = await Contender.start(entrant.spec, entrant.job);
  return { entrant, contender, warmUp: await contender.run(seconds), samples: [] };
}

function mayRun({ warmUp, samples }: Runner, { rounds, seconds }: RaceOptions): boolean {
  const used = [warmUp, ...samples].reduce((sum, sample) => sum + sample.seconds, 0);
  return used < PATIENCE * (rounds + 1) * seconds;
}

function rowOf({ entrant, contender, warmUp, samples }: Runner): Row {
  const { name, spec, unitsPerStep } = entrant;
  return {
    name,
    family: spec.family,
    threads: spec.threads,
    description: contender.description,
    perSecond: summarise(samples.length > 0 ? samples : [warmUp], unitsPerStep),
    peakBytes: contender.peakBytes,
  };
}

/** Overwrites one line of the terminal; prints nothing to a file. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
