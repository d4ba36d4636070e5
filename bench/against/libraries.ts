import { fileURLToPath } from 'node:url';
import { type GenerateJob, type TrainJob, tokensPerStep } from '../configs.ts';
import { Contender, type ContenderSpec } from '../contender.ts';
import type { AgainstOptions, Checkouts } from './checkouts.ts';
import { type PairResult, racePairs, type Turn } from './pairs.ts';

const THREADS = 2;

/** One job, in training or generation. */
export interface LibraryRace {
  readonly name: string;
  readonly job: TrainJob | GenerateJob;
  readonly backend: string;
}

/** Compares the libraries of both checkouts. @returns the result and the descriptions of the backends */
export async function raceLibraries(
  { name, job, backend }: LibraryRace,
  checkouts: Checkouts,
  { rounds, seconds }: Pick<AgainstOptions, 'rounds' | 'seconds'>,
): Promise<[PairResult, string]> {
  const contenders: Contender[] = [];
  try {
    for (const checkout of [checkouts.mine, checkouts.other]) {
      contenders.push(await Contender.start(specOf(checkout, backend), job));
    }
    const [mine, other] = contenders.map(
      (contender): Turn =>
        async () => {
          const sample = await contender.run(seconds);
          return { ...sample, steps: sample.steps * tokensPerStep(job) };
        },
    );
    await mine(); // warm-up
    await other();
    const result = await racePairs(name, { mine, other }, rounds);
    const backends = new Set(contenders.map(({ description }) => description));
    return [result, [...backends].join('; the other: ')];
  } finally {
    for (const contender of contenders) contender.end();
  }
}

function specOf(checkout: string, backend: string): ContenderSpec {
  const child = fileURLToPath(new URL('./child.ts', import.meta.url));
  return {
    name: checkout,
    family: 'ours',
    threads: THREADS,
    command: process.execPath,
    args: ['--import', import.meta.resolve('tsx'), child, checkout, backend, String(THREADS)],
    env: {},
    kinds: ['train', 'generate'],
  };
}
