import { flopsPerToken, type TrainJob, tokensPerStep, trainConfigs } from './configs.ts';
import type { ContenderSpec } from './contender.ts';
import { type Absent, threadCounts } from './contenders.ts';
import { type Entrant, type RaceOptions, race } from './race.ts';

/** Cost of a step when one size grows, relative to the base step. */
export interface ScalingRow {
  readonly contender: string;
  readonly size: 'N' | 'T' | 'H' | 'V';
  readonly factor: number;
  readonly cost: number;
  /** Operations of the matrix products, relative to the base step. */
  readonly operations: number;
}

export interface ScalingResult {
  readonly base: TrainJob;
  readonly rows: readonly ScalingRow[];
  readonly absent: readonly Absent[];
}

const base: TrainJob = trainConfigs['rnn-10k'];
const sizes = ['N', 'T', 'H', 'V'] as const;
const factors = [2, 4];

/** The cost of a step as N, T, H and V double and double again, by each backend of ours. */
export async function measureScaling(
  specs: readonly ContenderSpec[],
  options: RaceOptions,
): Promise<ScalingResult> {
  const rows: ScalingRow[] = [];
  const absent: Absent[] = [];
  for (const spec of specs) {
    if (spec.family !== 'ours' || spec.threads !== Math.max(...threadCounts)) continue;
    const result = await race(entrantsOf(spec), options);
    absent.push(...result.absent);
    const perSecond = new Map(result.rows.map((row) => [row.name, row.perSecond.median]));
    const start = perSecond.get('base');
    for (const { name, size, factor, job } of variants()) {
      const grown = perSecond.get(name);
      if (!start || !grown) continue;
      rows.push({ contender: spec.name, size, factor, cost: start / grown, operations: operationsOf(job) });
    }
  }
  return { base, rows, absent };
}

function variants(): { name: string; size: ScalingRow['size']; factor: number; job: TrainJob }[] {
  return sizes.flatMap((size) =>
    factors.map((factor) => {
      return { name: `${size} ×${factor}`, size, factor, job: { ...base, [size]: factor * base[size] } };
    }),
  );
}

function entrantsOf(spec: ContenderSpec): Entrant[] {
  const jobs = [{ name: 'base', job: base }, ...variants()];
  return jobs.map(({ name, job }) => ({ name, spec, job, unitsPerStep: 1 }));
}

function operationsOf(job: TrainJob): number {
  const flops = (job: TrainJob) => tokensPerStep(job) * flopsPerToken(job);
  return flops(job) / flops(base);
}
