// Minutes of training until a validation perplexity: `npm run bench -- quality [options]`; see ../README.md.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { lockFile } from '../../src/cli/files/run/lock.ts';
import { describeMachine, lineOf, slugOf } from '../machine.ts';
import { listOf, pythonsOf } from '../option-lists.ts';
import { writeIds } from './encode.ts';
import { about, entrantNamed, entrantNames, newestTorch } from './entrants.ts';
import type { Ready } from './epochs.ts';
import { drawRace } from './picture.ts';
import { type RaceLimits, type RaceListener, raceEpochs } from './race.ts';
import { type Point, RaceFile, type RaceResult, writeJson } from './race-file.ts';
import { lossOf, reportGoals, reportTracks, shown } from './report.ts';
import { rowNames } from './rows/catalog.ts';
import { runRows } from './rows/run.ts';
import { type QualityText, qualityTexts, textFiles, type Unit } from './texts.ts';
import { flagsOf } from './train-flags.ts';

const help = `npm run bench -- quality --data DIR [options]

A race: contenders train in turns of one epoch each until a validation perplexity.
  --text NAME          ptb (DIR has ptb.train.txt and ptb.valid.txt) or shakespeare
                       (DIR has input.txt) (default: ptb)
  --contenders a,b     default: blas,pytorch,pytorch-ours; for shakespeare without pytorch
${entrantNames.map((name) => `    ${name.padEnd(17)}  ${about[name]}`).join('\n')}
  --recipe=R           our settings: a name of recipes/catalog.ts, or flags of 'unrolled train',
                       as in --recipe='--layers 1 --minutes 5' (default: ours; for shakespeare
                       the automatic choice for 3 minutes)
  --until X            a contender ends at this perplexity (shakespeare: nats) (default: none)
  --epochs N           … after N epochs        --minutes M   … after M minutes of training
  --quick              the first lines of each text, 2 epochs: shows that everything works
  --folder DIR         states of the race (default: build/quality/TEXT)
  --resume             continue the race in the folder; the limits may differ
  --overwrite          delete the race in the folder
  --seed N             (default: 1)
  --threads N          of each contender (default: all cores)
  --python a,b         Python interpreters with torch (default: python3 and BENCH_PYTHON);
                       the newest PyTorch runs
  --out FILE           results (default: bench/results/quality-TEXT-<machine>.json and
                       docs/quality-TEXT.svg, unless --quick)

Rows of the table: each trains with 'unrolled train' for its minutes, and is evaluated.
  --rows a,b           of: ${rowNames.join(', ')}
  --seeds 1,2,3        (default: 1)
  --test               also read the test text; without it, only the validation text
  --recipe=R           instead of the row's own flags; the minutes stay
  --against DIR        another built checkout trains the same rows, in turns
  --no-adaptation      without dynamic evaluation and cache
  --quick, --folder, --resume, --overwrite, --threads, --out   as above`;

export const options = {
  text: { type: 'string', default: 'ptb' },
  data: { type: 'string' },
  contenders: { type: 'string' },
  recipe: { type: 'string' },
  until: { type: 'string' },
  epochs: { type: 'string' },
  minutes: { type: 'string' },
  quick: { type: 'boolean', default: false },
  folder: { type: 'string' },
  resume: { type: 'boolean', default: false },
  overwrite: { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
  threads: { type: 'string', default: String(availableParallelism()) },
  python: { type: 'string' },
  out: { type: 'string' },
  rows: { type: 'string' },
  seeds: { type: 'string', default: '1' },
  test: { type: 'boolean', default: false },
  against: { type: 'string' },
  'no-adaptation': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

/** Runs the command. @returns the exit status */
export async function runQuality(args: string[]): Promise<number> {
  try {
    const { values } = parseArgs({ args, options });
    if (values.help) console.log(help);
    else if (values.rows !== undefined) return await runRows({ ...values, rows: values.rows }, stopSignal());
    else return await runRace(values);
    return 0;
  } catch (error) {
    console.error(`quality: ${error instanceof Error ? error.message : error}`);
    return 2;
  }
}

/** Aborted by Ctrl-C. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}

async function runRace(values: Values): Promise<number> {
  const text = textNamed(values.text);
  const folder = values.folder ?? `build/quality/${values.text}${values.quick ? '-quick' : ''}`;
  const flags = `${text.tokens} ${flagsOf(values.recipe ?? (text.windows.length > 0 ? '--minutes 3' : 'ours'))}`;
  const [seed, threads] = [Number(values.seed), Number(values.threads)];
  const { unit } = text;
  const request = { text: values.text, unit, flags, seed, threads, quick: values.quick };
  const how = values.resume ? 'resume' : values.overwrite ? 'overwrite' : null;
  mkdirSync(folder, { recursive: true });
  lockFile(join(folder, 'race.json')); // until the process ends
  const file = RaceFile.open(folder, request, describeMachine(), how);
  const { train, valid } = textFiles(text, { data: values.data, folder, quick: values.quick });
  if (valid === null) throw new Error(`${text.title} has no validation text`);
  const files = { train, valid };
  const torch = newestTorch(pythonsOf(values.python));
  const ids = await writeIds(files, text.tokens, folder);
  const field = { text, files, ids, flags, seed, threads, python: torch?.python ?? null };
  const names = listOf(values.contenders) ?? defaultContenders(text);
  const entrants = names.map((name) => entrantNamed(name, field));
  console.log(`${lineOf(file.machine)}\n${text.title}, ${threads} threads each`);
  const signal = stopSignal();
  const failed = await raceEpochs(entrants, file, limitsOf(values, unit), { tell: teller(unit), signal });
  show(file, text, values);
  if (!signal.aborted) return failed.length > 0 ? 1 : 0;
  console.log('\nStopped. Continue with the same options and --resume.');
  return 130;
}

function textNamed(name: string): QualityText {
  if (name === 'ptb' || name === 'shakespeare') return qualityTexts[name];
  throw new Error(`--text: there is no '${name}'; there are ptb and shakespeare`);
}

function defaultContenders({ windows }: QualityText): string[] {
  return windows.length > 0 ? ['blas', 'pytorch-ours'] : ['blas', 'pytorch', 'pytorch-ours'];
}

function limitsOf({ until, epochs, minutes, quick }: Values, unit: Unit): RaceLimits {
  return {
    until: until === undefined ? null : lossOf(Number(until), unit),
    epochs: Number(epochs ?? (quick ? 2 : Number.POSITIVE_INFINITY)),
    minutes: Number(minutes ?? Number.POSITIVE_INFINITY),
  };
}

/** Prints each step of a race on a line. */
function teller(unit: Unit): RaceListener {
  return (name, news) => {
    const line =
      typeof news === 'string'
        ? `FAILED: ${news}`
        : 'ready' in news
          ? readyLine(news)
          : pointLine(news, unit);
    console.log(`${name.padEnd(16)} ${line}`);
  };
}

function readyLine({ ready, parameters }: Ready): string {
  return `${ready}, ${parameters.toLocaleString('en')} parameters`;
}

function pointLine({ epoch, minutes, loss, trainLoss, windows }: Point, unit: Unit): string {
  const more = Object.entries(windows).map(([window, of]) => `  windows of ${window} ${shown(of, unit)}`);
  return `epoch ${epoch}  ${minutes.toFixed(2)} min  train ${shown(trainLoss, unit)}  valid ${shown(loss, unit)}${more.join('')}`;
}

/** Prints the tables; writes the results and the picture. */
function show(file: RaceFile, text: QualityText, { quick, out }: Values): void {
  const { request, machine, tracks } = file;
  const result: RaceResult = { request, machine, tracks };
  console.log(`\n${reportTracks(result)}\n\n${reportGoals(result, text.goals)}`);
  const standard = new URL(`../results/quality-${request.text}-${slugOf(machine)}.json`, import.meta.url);
  const path = out ?? (quick ? null : fileURLToPath(standard));
  if (path === null || tracks.every(({ points }) => points.length === 0)) return;
  writeJson(path, result);
  const picture =
    out === undefined
      ? fileURLToPath(new URL(`../../docs/quality-${request.text}.svg`, import.meta.url))
      : `${path.replace(/\.json$/, '')}.svg`;
  writeFileSync(picture, drawRace(result));
  console.log(`\nwritten: ${path}, ${picture}`);
}
