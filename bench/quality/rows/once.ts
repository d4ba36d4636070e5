import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  type GradientStatistics,
  gradientStatistics,
  loadModel,
  openBackend,
  type SavedModel,
} from 'unrolled';
import { unlockRelaxedSimd } from '../../../src/cli/machine/fast-backend.ts';
import { writeJson } from '../race-file.ts';
import type { TextFiles } from '../texts.ts';
import { parseTrainFlags } from '../train-flags.ts';
import type { QualityRow } from './catalog.ts';
import { fitAdaptations, lossesOn, readCorpus } from './evaluate.ts';
import type { RowLosses, RowRun } from './report.ts';
import { type TrainOutcome, trainRow } from './train.ts';

/** One run of a row: what is trained, by which checkout, with which seed. */
export interface Once {
  readonly name: string;
  readonly row: QualityRow;
  readonly files: TextFiles;
  readonly side: RowRun['side'];
  readonly checkout: string;
  readonly seed: number;
}

/** How runs are trained and evaluated. */
export interface OnceOptions {
  readonly folder: string;
  readonly threads: number;
  /** Whether the test text is read. */
  readonly test: boolean;
  /** Whether adaptations are fitted, in rows that have them. */
  readonly adapts: boolean;
  /** `resume` continues a stopped run and keeps a finished one; `overwrite` deletes it. */
  readonly earlier: 'resume' | 'overwrite' | null;
  readonly signal: AbortSignal;
}

/**
 * One training and its evaluation. A finished run is not repeated; its test text is read when that is asked for later.
 * @returns null when stopped
 * @throws for an earlier run that would be replaced, or was asked for something else
 */
export async function runOnce(once: Once, options: OnceOptions): Promise<RowRun | null> {
  const { name, row, files, side, seed } = once;
  const base = join(options.folder, `${name}-${side}-${seed}`);
  const asked = { minutes: row.minutes, flags: `${row.text.tokens} ${row.flags}`.trim() };
  const done = earlierRun(base, asked, options);
  if (done && (!options.test || files.test === null || done.losses?.test)) return done;
  const outcome = done ?? (await trainOnce(once, base, options));
  if (outcome === null) return null;
  const known = done?.losses ?? null;
  const losses =
    files.valid === null ? null : await evaluateOnce(once, `${base}.safetensors`, options, known);
  const run: RowRun = { ...outcome, side, seed, asked, losses };
  writeJson(`${base}.json`, run);
  return run;
}

/** The finished run of an earlier session; null if there is none. */
function earlierRun(base: string, asked: RowRun['asked'], { earlier }: OnceOptions): RowRun | null {
  if (earlier === 'overwrite') for (const file of filesOf(base)) rmSync(file);
  const result = `${base}.json`;
  if (!existsSync(result)) return null;
  const run: RowRun = JSON.parse(readFileSync(result, 'utf8'));
  const [was, is] = [run.asked, asked].map((one) => JSON.stringify(one));
  if (earlier === 'resume' && was === is) return run;
  const differs = was === is ? '' : `, of ${was}, not ${is}`;
  throw new Error(
    `${result} is there already${differs}. Continue with --resume and the same options, delete it with --overwrite, or choose another --folder.`,
  );
}

/** The files of a run: result, model, checkpoints, log. */
function filesOf(base: string): string[] {
  const names = readdirSync(dirname(base)).filter((name) => name.startsWith(`${basename(base)}.`));
  return names.map((name) => join(dirname(base), name));
}

async function trainOnce(
  { row, files, checkout, seed }: Once,
  base: string,
  { earlier, threads, signal }: OnceOptions,
): Promise<TrainOutcome | null> {
  const texts = row.operands?.(files) ?? [files.train, '--valid', files.valid ?? 'none'];
  const flags = `${row.text.tokens} ${row.flags} --seed ${seed} --threads ${threads}`;
  const hasCheckpoint = filesOf(base).some((file) => file.startsWith(`${base}.checkpoint-`));
  const run = {
    ...{ checkout, base, minutes: row.minutes, hasLength: hasLength(row.flags) },
    args: [...texts, ...flags.split(/\s+/).filter((word) => word !== '')],
    resume: earlier === 'resume' && hasCheckpoint,
  };
  return await trainRow(run, signal);
}

/** Whether flags say how long to train. */
function hasLength(flags: string): boolean {
  const { given, preset } = parseTrainFlags(flags);
  return given.epochs !== undefined || given.maxSteps !== undefined || preset !== undefined;
}

/** @param known the losses of an earlier evaluation of the same model */
async function evaluateOnce(
  { row: { text, adapts }, files }: Once,
  model: string,
  options: OnceOptions,
  known: RowLosses | null,
): Promise<RowLosses> {
  unlockRelaxedSimd();
  const backend = await openBackend('auto', { threads: options.threads });
  try {
    const saved = await loadModel(model, backend);
    const statistics = await statisticsFor(saved, files, known, adapts && options.adapts);
    const { valid, adaptations } =
      known ?? (await validLosses(saved, files.valid as string, text.windows, statistics));
    if (!options.test || files.test === null) return { valid, test: null, adaptations };
    const corpus = await readCorpus(files.test, saved);
    const test = await lossesOn(saved, corpus, text.windows, adaptations, statistics);
    return { valid, test, adaptations };
  } finally {
    backend.close();
  }
}

/** The gradient statistics of the training text, if dynamic evaluation is fitted or was fitted with them. */
async function statisticsFor(
  saved: SavedModel,
  { train }: TextFiles,
  known: RowLosses | null,
  fits: boolean,
): Promise<GradientStatistics | null> {
  const uses = known ? known.adaptations?.dynamic.dynamic.epsilon !== undefined : fits;
  return uses ? gradientStatistics(saved.model, await readCorpus(train, saved)) : null;
}

async function validLosses(
  saved: SavedModel,
  path: string,
  windows: readonly number[],
  statistics: GradientStatistics | null,
): Promise<Pick<RowLosses, 'valid' | 'adaptations'>> {
  const corpus = await readCorpus(path, saved);
  const adaptations = statistics ? await fitAdaptations(saved, corpus, statistics) : null;
  return { valid: await lossesOn(saved, corpus, windows, adaptations, statistics), adaptations };
}
