import { availableParallelism } from 'node:os';
import { flopsPerProduct, gemmConfigs } from './configs.ts';
import type { ContenderSpec } from './contender.ts';
import { threadCounts } from './contenders.ts';
import { type Race, type RaceOptions, race } from './race.ts';

export interface GemmResult {
  readonly name: string;
  readonly race: Race;
}

/** The fastest measured product, as an upper bound for all threads of a contender. */
export interface Peak {
  readonly by: string;
  readonly flopsPerCore: number;
  readonly cores: number;
  readonly flops: number;
  /** Measured FLOP/s of the fastest contender on all cores. */
  readonly flopsTogether: number;
}

/** The speed of the matrix product alone. */
export async function measureGemm(
  specs: readonly ContenderSpec[],
  options: RaceOptions,
): Promise<GemmResult[]> {
  const results: GemmResult[] = [];
  for (const [name, job] of Object.entries(gemmConfigs)) {
    const entrants = specs
      .filter((spec) => spec.kinds.includes('gemm'))
      .map((spec) => ({ name: spec.name, spec, job, unitsPerStep: flopsPerProduct(job) }));
    results.push({ name, race: await race(entrants, options) });
  }
  return results;
}

/** The best of one thread on the cube, times the cores that a contender of the most threads can use. */
export function peakOf([cube]: readonly GemmResult[]): Peak | null {
  const rows = cube?.race.rows.toSorted((a, b) => b.perSecond.median - a.perSecond.median) ?? [];
  const best = rows.find((row) => row.threads === 1);
  if (!best) return null;
  const cores = Math.min(availableParallelism(), Math.max(...threadCounts));
  const flopsPerCore = best.perSecond.median;
  const flopsTogether = rows[0].perSecond.median;
  return { by: best.name, flopsPerCore, cores, flops: cores * flopsPerCore, flopsTogether };
}
