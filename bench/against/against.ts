import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateConfigs, type Job, tokensPerStep, trainConfigs } from '../configs.ts';
import { Contender, type ContenderSpec } from '../contender.ts';
import { type PairResult, racePairs, type Turn } from './pairs.ts';
import { raceServers } from './servers.ts';

export interface AgainstOptions {
  readonly rounds: number;
  /** How long a turn is, one step at least; a round has four. */
  readonly seconds: number;
  /** Requests of a turn of the servers. */
  readonly requests: number;
}

/** Two built checkouts. */
export interface Checkouts {
  readonly mine: string;
  readonly other: string;
}

const THREADS = 2;
const CONFIGS = ['chapter', 'lstm-200', 'lstm-650'];
const BACKENDS = ['auto', 'wasm'];

/**
 * Races this checkout against another one, in training, generation and serving.
 * @param other a folder with a built `dist/`
 * @param tell hears each result as it comes, and with which backends
 */
export async function raceAgainst(
  other: string,
  options: AgainstOptions,
  tell: (line: string) => void,
): Promise<PairResult[]> {
  const checkouts = { mine: fileURLToPath(new URL('../..', import.meta.url)), other: resolve(other) };
  const missing = ['dist/index.js', 'dist/cli/main.js'].find(
    (path) => !existsSync(join(checkouts.other, path)),
  );
  if (missing) throw new Error(`--against: ${other} has no ${missing}; it needs a built checkout`);
  const results: PairResult[] = [];
  const add = (result: PairResult, backends: string) => {
    results.push(result);
    tell(`${result.name}: ${result.ratio.toFixed(3)} (${backends})`);
  };
  const jobs: [string, Job, string][] = CONFIGS.flatMap((name) =>
    BACKENDS.map((backend): [string, Job, string] => [`${name}, ${backend}`, trainConfigs[name], backend]),
  );
  jobs.push(['generation, auto', generateConfigs['next token'], 'auto']);
  for (const [name, job, backend] of jobs)
    add(...(await raceLibraries(name, job, backend, checkouts, options)));
  add(await raceServers(checkouts, options), 'whole answers of 64 tokens, in tokens/s');
  return results;
}

async function raceLibraries(
  name: string,
  job: Job,
  backend: string,
  checkouts: Checkouts,
  { rounds, seconds }: AgainstOptions,
): Promise<[PairResult, string]> {
  const mine = await Contender.start(specOf(checkouts.mine, backend), job);
  try {
    const other = await Contender.start(specOf(checkouts.other, backend), job);
    try {
      const units = job.kind === 'gemm' ? 1 : tokensPerStep(job);
      const turnOf =
        (contender: Contender): Turn =>
        async () => {
          const sample = await contender.run(seconds);
          return { ...sample, steps: sample.steps * units };
        };
      const turns = { mine: turnOf(mine), other: turnOf(other) };
      for (const warmUp of [turns.mine, turns.other]) await warmUp();
      const backends = [...new Set([mine.description, other.description])].join('; the other: ');
      return [await racePairs(name, turns, rounds), backends];
    } finally {
      other.end();
    }
  } finally {
    mine.end();
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
