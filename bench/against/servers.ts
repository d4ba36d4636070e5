import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../src/index.ts';
import type { Sample } from '../measure.ts';
import { randomText } from '../serve/model.ts';
import { Served } from '../serve/server.ts';
import { measureLoad, TOKENS } from '../serve/wave.ts';
import type { AgainstOptions, Checkouts } from './checkouts.ts';
import { type PairResult, racePairs } from './pairs.ts';

const STREAMS = 32;
const WORDS = 10_000;
const WIDTH = 200;

/** Sends requests to the servers of both checkouts in turns. */
export async function raceServers(
  checkouts: Checkouts,
  { rounds, requests }: Pick<AgainstOptions, 'rounds' | 'requests'>,
): Promise<PairResult> {
  const folder = mkdtempSync(join(tmpdir(), 'unrolled-against-'));
  const servers: Served[] = [];
  try {
    const file = trainModel(programOf(checkouts.other), folder);
    const start = async (checkout: string) => {
      const server = await Served.start([file], { program: programOf(checkout) });
      servers.push(server);
      const turn = () => wave(server, requests);
      await turn();
      return turn;
    };
    const turns = { mine: await start(checkouts.mine), other: await start(checkouts.other) };
    return await racePairs(`server, ${STREAMS} at once`, turns, rounds);
  } finally {
    for (const server of servers) server.kill();
    rmSync(folder, { recursive: true });
  }
}

/** The steps are tokens. */
async function wave(server: Served, requests: number): Promise<Sample> {
  const result = await measureLoad(server, { stream: false, atOnce: STREAMS, requests, words: WORDS });
  if (result.errors > 0)
    throw new Error(`${server.url}: ${result.errors} of ${result.requests} answers failed`);
  const steps = result.requests * TOKENS;
  return { steps, seconds: steps / result.tokensPerSecond };
}

/**
 * Trains the LSTM that both servers load, for one epoch, with the other (older) checkout. Flags do not change between
 * versions.
 */
function trainModel(program: string, folder: string): string {
  const [text, file] = ['words.txt', 'model.safetensors'].map((name) => join(folder, name));
  const once = Array.from({ length: WORDS }, (_, n) => `w${n}`).join(' ');
  writeFileSync(text, `${once}\n${randomText(new Random(1), 2000, WORDS)}\n`);
  const flags = `--vocab-size all --valid none --cell lstm --layers 1 --hidden ${WIDTH} --wordvec ${WIDTH} --untied
    --dropout 0 --batch 20 --time 20 --optimizer sgd --lr 0.01 --epochs 1 --checkpoint none --quiet`;
  const args = [program, 'train', text, '--out', file, ...flags.split(/\s+/)];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} could not train a model to serve: ${stderr}`);
  return file;
}

function programOf(checkout: string): string {
  return join(checkout, 'dist/cli/main.js');
}
