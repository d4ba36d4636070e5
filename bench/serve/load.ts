// A load test of `unrolled serve`: `npx tsx bench/serve/load.ts`; see ../README.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine, lineOf } from '../machine.ts';
import { reportLoad } from './load-report.ts';
import { writeModel } from './model.ts';
import { Served } from './server.ts';
import { type LoadResult, measureLoad } from './wave.ts';

const help = `npx tsx bench/serve/load.ts [options]

  --backends a,b   of: auto, wasm, blas, reference (default: auto,wasm)
  --streams a,b    concurrent clients with streamed answers (default: 1,8,32,128,512,1000)
  --whole a,b      concurrent clients with whole answers (default: 1,32,128,512)
  --requests n     minimum requests per measurement, and two per client (default: 256)
  --threads n      threads of the server (default: its own choice)
  --width n        D and H of the model (default: 200)
  --words n        words of the model's vocabulary (default: 10000)
  --node a,b       options of Node for the server, such as --cpu-prof
  --json           print the results as JSON`;

const { values } = parseArgs({
  options: {
    backends: { type: 'string', default: 'auto,wasm' },
    streams: { type: 'string', default: '1,8,32,128,512,1000' },
    whole: { type: 'string', default: '1,32,128,512' },
    requests: { type: 'string', default: '256' },
    threads: { type: 'string' },
    width: { type: 'string', default: '200' },
    words: { type: 'string', default: '10000' },
    node: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(help);
else await main();

async function main(): Promise<void> {
  const machine = describeMachine();
  const folder = mkdtempSync(join(tmpdir(), 'unrolled-load-'));
  const sizes = { words: Number(values.words), width: Number(values.width) };
  const results: LoadResult[] = [];
  try {
    const file = await writeModel(folder, sizes);
    for (const backend of listOf(values.backends)) results.push(...(await measureBackend(file, backend)));
  } finally {
    rmSync(folder, { recursive: true });
  }
  if (values.json) console.log(JSON.stringify({ machine, sizes, results }, null, 2));
  else {
    console.log(`${lineOf(machine)}\n`);
    console.log(reportLoad(results));
  }
  if (results.some(({ errors }) => errors > 0)) process.exitCode = 1;
}

async function measureBackend(file: string, backend: string): Promise<LoadResult[]> {
  const threads = values.threads === undefined ? [] : ['--threads', values.threads];
  const server = await Served.start([file, '--backend', backend, ...threads], { node: listOf(values.node) });
  const results: LoadResult[] = [];
  const measure = async (stream: boolean, atOnce: number, requests = Number(values.requests)) => {
    return {
      backend,
      ...(await measureLoad(server, { stream, atOnce, requests, words: Number(values.words) })),
    };
  };
  await measure(true, 32, 64); // warm-up
  for (const atOnce of listOf(values.whole)) results.push(await measure(false, Number(atOnce)));
  for (const atOnce of listOf(values.streams)) results.push(await measure(true, Number(atOnce)));
  await server.stop();
  process.stderr.write(server.complaints);
  return results;
}

function listOf(text: string): string[] {
  return text === '' ? [] : text.split(',').map((part) => part.trim());
}
