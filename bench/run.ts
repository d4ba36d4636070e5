// The benchmark: `npm run bench -- [options]`; see README.md.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { raceAgainst } from './against/against.ts';
import { isNotSlower, reportPairs } from './against/report.ts';
import { tokensPerStep, trainConfigs } from './configs.ts';
import type { ContenderSpec } from './contender.ts';
import { findContenders } from './contenders.ts';
import { measureEncoding } from './encoding/encoding.ts';
import { measureGemm, peakOf } from './gemm.ts';
import { measureGeneration } from './generation.ts';
import { describeMachine, lineOf, slugOf } from './machine.ts';
import { listOf, pythonsOf } from './option-lists.ts';
import { drawSpeed } from './picture.ts';
import { runQuality } from './quality/run.ts';
import { type RaceOptions, race } from './race.ts';
import * as report from './report.ts';
import type { Results, TrainResult } from './results.ts';
import { measureScaling } from './scaling.ts';
import { judge } from './targets.ts';

const help = `npm run bench -- [options]
npm run bench -- quality [options]     minutes of training to a perplexity: --help there

  --configs a,b      of: ${[...Object.keys(trainConfigs), 'generation', 'scaling', 'encoding'].join(', ')}
  --contenders a,b   only contenders whose names start with a or b: blas, wasm, pytorch, 'wasm, 2'
  --rounds n         turns of each contender (default: 7)
  --seconds s        length of a turn, at least one step (default: 2)
  --quick            2 rounds of 0.3 seconds, to see that everything works
  --against dir      compare this checkout with another built one; exit status 1 if it is slower
                     (only --rounds, --seconds and --quick apply)
  --python a,b       Python interpreters with torch and numpy (default: python3 and BENCH_PYTHON)
  --out file         where to write the results (default: results/<machine>.json and the picture
                     docs/speed.svg, after a full run only)`;

const isQuality = process.argv[2] === 'quality';
const { values } = parseArgs({
  args: isQuality ? [] : process.argv.slice(2),
  options: {
    configs: { type: 'string' },
    contenders: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    against: { type: 'string' },
    python: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (isQuality) process.exitCode = await runQuality(process.argv.slice(3));
else if (values.help) console.log(help);
else if (values.against !== undefined) await runAgainst(values.against);
else await main();

/** A quick run only shows that everything works; its ratios mean nothing. */
async function runAgainst(other: string): Promise<void> {
  const { cpu, cores, node } = describeMachine();
  console.log(`${cpu}, ${cores} cores, Node ${node}`);
  const [rounds, seconds, requests] = values.quick ? [2, 0.1, 64] : [7, 0.6, 128];
  const options = {
    rounds: Number(values.rounds ?? rounds),
    seconds: Number(values.seconds ?? seconds),
    requests,
  };
  const results = await raceAgainst(other, options, console.log);
  show(reportPairs(results));
  if (!values.quick && !isNotSlower(results)) process.exitCode = 1;
}

async function main(): Promise<void> {
  const configs = readConfigs();
  const options = readOptions();
  const machine = describeMachine();
  console.log(lineOf(machine));
  console.log(`${options.rounds} rounds of ${options.seconds} s each, one contender at a time`);
  const { specs, absent } = readContenders();
  console.log(report.reportAbsent(absent).trimStart());

  const gemm = await measureGemm(specs, options);
  const peak = peakOf(gemm);
  show(report.reportGemm(gemm, peak));
  const training: TrainResult[] = [];
  for (const name of configs.filter((name) => name in trainConfigs)) {
    const result = await measureTraining(name, specs, options);
    training.push(result);
    show(report.reportTraining(result, peak));
  }
  const generation = configs.includes('generation') ? await measureGeneration(specs, options) : [];
  for (const result of generation) show(report.reportGeneration(result));
  const scaling = configs.includes('scaling') ? await measureScaling(specs, options) : null;
  if (scaling) show(report.reportScaling(scaling));
  const encoding = configs.includes('encoding')
    ? await measureEncoding(pythonsOf(values.python), options)
    : null;
  if (encoding) show(report.reportEncoding(encoding));
  const verdicts = judge({ training, generation, encoding, peak });
  show(report.reportVerdicts(verdicts));
  write({ machine, options, absent, gemm, peak, training, generation, scaling, encoding, verdicts });
}

async function measureTraining(
  name: string,
  specs: readonly ContenderSpec[],
  options: RaceOptions,
): Promise<TrainResult> {
  const job = trainConfigs[name];
  const able = specs.filter((spec) => spec.kinds.includes('train'));
  const hasCell = ({ cells }: ContenderSpec) => cells === undefined || cells.includes(job.cell);
  const entrants = able
    .filter(hasCell)
    .map((spec) => ({ name: spec.name, spec, job, unitsPerStep: tokensPerStep(job, spec.oneStream) }));
  const reason = `here it has no ${job.cell.toUpperCase()}, only the chapter's RNN`;
  const without = able.filter((spec) => !hasCell(spec)).map(({ name }) => ({ name, reason }));
  const { rows, absent } = await race(entrants, options);
  return { name, job, race: { rows, absent: [...without, ...absent] } };
}

function readConfigs(): string[] {
  const known = [...Object.keys(trainConfigs), 'generation', 'scaling', 'encoding'];
  const wanted = listOf(values.configs) ?? known;
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`--configs: there is no '${unknown}'; there are ${known.join(', ')}`);
  return wanted;
}

function readOptions(): RaceOptions {
  const [rounds, seconds] = values.quick ? [2, 0.3] : [7, 2];
  return { rounds: Number(values.rounds ?? rounds), seconds: Number(values.seconds ?? seconds) };
}

function readContenders(): ReturnType<typeof findContenders> {
  const wanted = values.contenders?.split(/,(?! )/) ?? [''];
  const { specs, absent } = findContenders(pythonsOf(values.python));
  return { specs: specs.filter(({ name }) => wanted.some((start) => name.startsWith(start))), absent };
}

function write(results: Results): void {
  const full = !values.quick && !values.configs && !values.contenders;
  const standard = fileURLToPath(new URL(`./results/${slugOf(results.machine)}.json`, import.meta.url));
  const file = values.out ?? (full ? standard : null);
  if (file === null) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  console.log(`\nwritten: ${file}`);
  if (!full) return;
  writeFileSync(new URL('../docs/speed.svg', import.meta.url), drawSpeed(results));
}

function show(text: string): void {
  console.log(`\n${text}`);
}
