// Training while another process keeps one core busy: `npx tsx bench/loaded-core.ts`; see README.md. Linux only.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { tokensPerStep, trainConfigs } from './configs.ts';
import { Contender, type ContenderSpec } from './contender.ts';
import { findContenders } from './contenders.ts';
import { type Sample, summarise } from './measure.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1.5' },
    core: { type: 'string', default: '1' },
    python: { type: 'string' },
  },
});
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
const job = trainConfigs['lstm-200'];
const pythons = (values.python ?? process.env.BENCH_PYTHON ?? 'python3').split(',');

interface Runner {
  readonly spec: ContenderSpec;
  readonly contender: Contender;
  readonly quiet: Sample[];
  readonly loaded: Sample[];
}

const { specs } = findContenders(pythons);
const runners: Runner[] = [];
try {
  for (const spec of specs.filter(({ family, kinds }) => isMeasured(family) && kinds.includes('train'))) {
    const contender = await Contender.start(spec, job);
    await contender.run(seconds); // warms up
    runners.push({ spec, contender, quiet: [], loaded: [] });
  }
  for (let round = 0; round < rounds; round++) {
    for (const { contender, quiet, loaded } of runners) {
      quiet.push(await contender.run(seconds));
      loaded.push(await whileCoreIsBusy(() => contender.run(seconds)));
    }
  }
  report();
} finally {
  for (const { contender } of runners) contender.end();
}

function isMeasured(family: ContenderSpec['family']): boolean {
  return family === 'ours' || family === 'pytorch';
}

/** Runs a busy loop that is pinned to the core during the work. */
async function whileCoreIsBusy<Result>(work: () => Promise<Result>): Promise<Result> {
  const args = ['-c', values.core, process.execPath, '-e', 'console.log("busy"); for (;;);'];
  const loop = spawn('taskset', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(loop.stdout, 'data');
    return await work();
  } finally {
    loop.kill('SIGKILL');
    await once(loop, 'exit');
  }
}

/** Speeds in tokens/s: the median, and the slowest and fastest round. */
function report(): void {
  const rate = (samples: readonly Sample[]) => summarise(samples, tokensPerStep(job));
  const shown = ({ median, min, max }: ReturnType<typeof rate>) =>
    `${Math.round(median)} (${Math.round(min)}–${Math.round(max)})`;
  console.log('| | quiet, tokens/s | one core busy | of the speed of one thread |\n|---|---|---|---|');
  for (const { spec, quiet, loaded } of runners) {
    const one = runners.find(
      (other) => other.spec.threads === 1 && kindOf(other.spec) === kindOf(spec),
    ) as Runner;
    const ratio = rate(loaded).median / rate(one.quiet).median;
    console.log(`| ${spec.name} | ${shown(rate(quiet))} | ${shown(rate(loaded))} | ${ratio.toFixed(2)} |`);
  }
}

/** The name without the number of threads. */
function kindOf({ name }: ContenderSpec): string {
  return name.replace(/, \d+ threads?$/, '');
}
