import { generateConfigs, trainConfigs } from '../configs.ts';
import { type AgainstOptions, findCheckouts } from './checkouts.ts';
import { type LibraryRace, raceLibraries } from './libraries.ts';
import type { PairResult } from './pairs.ts';
import { raceServers } from './servers.ts';

const CONFIGS = ['chapter', 'lstm-200', 'lstm-650'];
const BACKENDS = ['auto', 'wasm'];

/**
 * Compares the speed of this checkout with another one, in training, generation and serving.
 * @param other a folder with a built `dist/`
 * @param tell receives each result as a line of text, with the backends
 */
export async function raceAgainst(
  other: string,
  options: AgainstOptions,
  tell: (line: string) => void,
): Promise<PairResult[]> {
  const checkouts = findCheckouts(other);
  const results: PairResult[] = [];
  const add = (result: PairResult, how: string) => {
    results.push(result);
    tell(`${result.name}: ${result.ratio.toFixed(3)} (${how})`);
  };
  for (const race of libraryRaces()) add(...(await raceLibraries(race, checkouts, options)));
  add(await raceServers(checkouts, options), 'auto, whole answers of 64 tokens');
  return results;
}

function libraryRaces(): LibraryRace[] {
  const training = CONFIGS.flatMap((config) =>
    BACKENDS.map((backend) => ({ name: `${config}, ${backend}`, job: trainConfigs[config], backend })),
  );
  return [...training, { name: 'generation, auto', job: generateConfigs['next token'], backend: 'auto' }];
}
