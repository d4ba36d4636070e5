import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockFile } from '../../../src/cli/files/run/lock.ts';
import { findCheckouts } from '../../against/checkouts.ts';
import { describeMachine, lineOf, type Machine, slugOf } from '../../machine.ts';
import { writeJson } from '../race-file.ts';
import { textFiles } from '../texts.ts';
import { flagsOf } from '../train-flags.ts';
import { type QualityRow, rowNames, rows } from './catalog.ts';
import { type Once, type OnceOptions, runOnce } from './once.ts';
import { type RowRun, reportRow } from './report.ts';

/** The options of the command that concern rows; ../run.ts describes them. */
export interface RowOptions {
  readonly rows: string;
  readonly data?: string | undefined;
  readonly seeds: string;
  readonly test: boolean;
  readonly recipe?: string | undefined;
  readonly minutes?: string | undefined;
  readonly against?: string | undefined;
  readonly 'no-adaptation': boolean;
  readonly quick: boolean;
  readonly folder?: string | undefined;
  readonly resume: boolean;
  readonly overwrite: boolean;
  readonly threads: string;
  readonly out?: string | undefined;
}

/** Minutes of a quick run: it only shows that everything works. */
const QUICK_MINUTES = 0.05;

/** Trains and evaluates rows. @returns the exit status */
export async function runRows(options: RowOptions, signal: AbortSignal): Promise<number> {
  const names = options.rows.split(',');
  const unknown = names.find((name) => !Object.hasOwn(rows, name));
  if (unknown !== undefined) {
    throw new Error(`--rows: there is no '${unknown}'; there are ${rowNames.join(', ')}`);
  }
  const how = onceOptions(options, signal);
  mkdirSync(how.folder, { recursive: true });
  // Runs that train at the same time would measure half a machine.
  const release = lockFile(join(how.folder, 'rows'));
  try {
    return await runEach(names, options, how);
  } finally {
    release();
  }
}

async function runEach(names: readonly string[], options: RowOptions, how: OnceOptions): Promise<number> {
  const machine = describeMachine();
  console.log(lineOf(machine));
  for (const name of names) {
    const row = rowOf(name, options);
    const runs = await runRow(name, row, options, how);
    if (runs === null) {
      console.log('\nStopped. Continue with the same options and --resume.');
      return 130;
    }
    console.log(`\n${reportRow(row, runs)}`);
    record(name, row, machine, runs, options);
  }
  return 0;
}

function onceOptions(options: RowOptions, signal: AbortSignal): OnceOptions {
  const { folder, quick, threads, test, resume, overwrite } = options;
  return {
    folder: folder ?? `build/quality/rows${quick ? '-quick' : ''}`,
    ...{ threads: Number(threads), test, adapts: !options['no-adaptation'], signal },
    earlier: resume ? 'resume' : overwrite ? 'overwrite' : null,
  };
}

function rowOf(name: string, { recipe, minutes, quick }: RowOptions): QualityRow {
  const row = rows[name];
  return {
    ...row,
    minutes: Number(minutes ?? (quick ? QUICK_MINUTES : row.minutes)),
    flags: recipe === undefined ? row.flags : flagsOf(recipe),
  };
}

/** All runs of a row; null when stopped. Sides take turns: this, other, other, this … */
async function runRow(
  name: string,
  row: QualityRow,
  { data, quick, seeds, against }: RowOptions,
  how: OnceOptions,
): Promise<RowRun[] | null> {
  const isShortened = quick && row.text.needs.length > 0;
  const files = textFiles(row.text, { data, folder: how.folder, quick: isShortened });
  const sides = sidesOf(against);
  const runs: RowRun[] = [];
  for (const [i, seed] of seeds.split(',').map(Number).entries()) {
    for (const side of i % 2 === 0 ? sides : sides.toReversed()) {
      const run = await runOnce({ name, row, files, ...side, seed }, how);
      if (run === null) return null;
      runs.push(run);
    }
  }
  return runs;
}

function sidesOf(against: string | undefined): Pick<Once, 'side' | 'checkout'>[] {
  const mine = { side: 'this', checkout: fileURLToPath(new URL('../../..', import.meta.url)) } as const;
  if (against === undefined) return [mine];
  return [mine, { side: 'other', checkout: findCheckouts(against).other }];
}

/** Adds a row to the results, in place of an earlier one of the same name. */
function record(
  name: string,
  { title, unit }: QualityRow,
  machine: Machine,
  runs: readonly RowRun[],
  { out, quick }: RowOptions,
): void {
  const standard = new URL(`../../results/quality-rows-${slugOf(machine)}.json`, import.meta.url);
  const path = out ?? (quick ? null : fileURLToPath(standard));
  if (path === null) return;
  const found = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  writeJson(path, { ...found, [name]: { title, unit, machine, runs } });
  console.log(`written: ${path}`);
}
