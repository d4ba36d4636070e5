import type { TrainJob } from './configs.ts';
import type { Absent } from './contenders.ts';
import type { GemmResult, Peak } from './gemm.ts';
import type { GenerationResult } from './generation.ts';
import type { Machine } from './machine.ts';
import type { Race, RaceOptions, Row } from './race.ts';
import type { ScalingResult } from './scaling.ts';
import type { Verdict } from './targets.ts';

export interface TrainResult {
  readonly name: string;
  readonly job: TrainJob;
  /** In tokens a second. */
  readonly race: Race;
}

/** All of one run: the file in `results/`. */
export interface Results {
  readonly machine: Machine;
  readonly options: RaceOptions;
  readonly absent: readonly Absent[];
  readonly gemm: readonly GemmResult[];
  readonly peak: Peak | null;
  readonly training: readonly TrainResult[];
  readonly generation: readonly GenerationResult[];
  readonly scaling: ScalingResult | null;
  /** In megabytes of text a second; results before it lack it. */
  readonly encoding?: Race | null;
  readonly verdicts: readonly Verdict[];
}

/** The row of ours for a backend and a number of threads. */
export function oursIn({ rows }: Race, backend: string, threads: number): Row | undefined {
  return rows.find(
    (row) => row.family === 'ours' && row.threads === threads && row.name.startsWith(`${backend},`),
  );
}

/** The fastest row of a family. */
export function bestOf({ rows }: Race, family: Row['family']): Row | undefined {
  const mine = rows.filter((row) => row.family === family);
  return mine.toSorted((a, b) => b.perSecond.median - a.perSecond.median)[0];
}
