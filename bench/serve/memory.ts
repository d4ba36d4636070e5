// Large answers under a small heap: `npx tsx bench/serve/memory.ts`; see ../README.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatTable } from '../report.ts';
import { largeAnswers } from './large-answers.ts';
import { writeModel } from './model.ts';
import { pressure } from './pressure.ts';
import { Served } from './server.ts';

const help = `npx tsx bench/serve/memory.ts [options]

  --each n       requests of each kind (default: 1000)
  --heap n       heap limit of the server, in MB (default: 256)
  --at-once n    concurrent requests (default: 2000)
  --words n      words of the model's vocabulary (default: 100)
  --length n     words of a text to score (default: 2000)
  --tokens n     generated tokens (default: 4096)
  --timeout n    timeout of the server, in seconds (default: 30)`;

const { values } = parseArgs({
  options: {
    each: { type: 'string', default: '1000' },
    heap: { type: 'string', default: '256' },
    'at-once': { type: 'string', default: '2000' },
    words: { type: 'string', default: '100' },
    length: { type: 'string', default: '2000' },
    tokens: { type: 'string', default: '4096' },
    timeout: { type: 'string', default: '30' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(help);
else await main();

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'unrolled-memory-'));
  const [words, length, tokens] = [values.words, values.length, values.tokens].map(Number);
  try {
    const model = await writeModel(folder, { words, width: 16 });
    const node = [`--max-old-space-size=${values.heap}`];
    const server = await Served.start(
      [model, '--backend', 'wasm', '--threads', '1', '--timeout', values.timeout],
      { node },
    );
    const options = { each: Number(values.each), awayOf: 3, atOnce: Number(values['at-once']) };
    const began = performance.now();
    const { answers, faults, peakBytes, slowestHealthMs } = await pressure(
      server,
      largeAnswers({ words, length, tokens }),
      options,
    );
    const rows = [...answers].sort().map(([name, count]) => [name, count.toLocaleString('en')]);
    console.log(formatTable([['', 'answers'], ...rows]));
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(
      `${seconds} s; at most ${Math.round(peakBytes / 1e6)} MB, /health within ${Math.round(slowestHealthMs)} ms`,
    );
    for (const fault of [...faults.slice(0, 20), server.complaints])
      if (fault !== '') console.log(`FAULT: ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
    await server.stop();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
