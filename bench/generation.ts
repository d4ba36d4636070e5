import { type GenerateJob, generateConfigs } from './configs.ts';
import type { ContenderSpec } from './contender.ts';
import { type Race, type RaceOptions, race } from './race.ts';

export interface GenerationResult {
  readonly name: string;
  readonly job: GenerateJob;
  /** In tokens a second; of the first token, prompts a second. */
  readonly race: Race;
}

/** Tokens per second of one stream, and the time of the first token after a prompt. */
export async function measureGeneration(
  specs: readonly ContenderSpec[],
  options: RaceOptions,
): Promise<GenerationResult[]> {
  const results: GenerationResult[] = [];
  for (const [name, job] of Object.entries(generateConfigs)) {
    const entrants = specs
      .filter((spec) => spec.kinds.includes(job.kind))
      .map((spec) => ({ name: spec.name, spec, job, unitsPerStep: 1 }));
    results.push({ name, job, race: await race(entrants, options) });
  }
  return results;
}
