// Makes the files beside it: `npx tsx tests/golden/runs/make.ts DIR`, where DIR is a built checkout of commit 110a40b. Each
// run is trained once to its end, and once for the checkpoint of step 21; what the finished model then says is kept too.
// Since then some numbers of `evaluation`, `searched`, `suggested` and answers.json were made anew: see golden.test.ts.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cases, common } from './cases.ts';
import { requests } from './requests.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const binary = join(resolve(process.argv[2]), 'dist/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'unrolled-golden-'));
for (const name of ['train.txt', 'valid.txt', 'other.txt'])
  copyFileSync(join(here, name), join(folder, name));

for (const [name, flags] of Object.entries(cases)) {
  const training = ['train', 'train.txt', ...`${common} ${flags}`.split(/ +/), '--json', '--log-every', '1'];
  const lines = unrolled(...training, '--out', `${name}.safetensors`, '--checkpoint', 'none');
  copyFileSync(join(folder, `${name}.safetensors`), join(here, `${name}.safetensors`));
  checkpoint(name, training);
  const events = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const losses = events.filter(({ event }) => event === 'step').map(({ loss }) => loss);
  const epochs = events
    .filter(({ event }) => event === 'epoch')
    .map(({ trainPerplexity, validPerplexity, saved }) => {
      return { trainPerplexity, validPerplexity, saved };
    });
  const { valid, epoch, step, sample } = events.at(-1);
  const expected = {
    keys: keysOf(events),
    losses,
    epochs,
    result: { valid, epoch, step, sample },
    ...said(name),
  };
  writeFileSync(join(here, `${name}.json`), `${JSON.stringify(expected)}\n`);
}
await serve();
rmSync(folder, { recursive: true });

/** The names that a program reads of each event. */
function keysOf(events: readonly { event: string }[]): object {
  return Object.fromEntries(events.map((event) => [event.event, Object.keys(event).sort()]));
}

function said(name: string): object {
  const model = `${name}.safetensors`;
  const drawn = '--length 30 --seed 5 --temperature 0.9 --json';
  return {
    scores: unrolled('score', model, 'other.txt', '--json', ...backendOf(name))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    evaluation: JSON.parse(
      unrolled('evaluate', model, 'other.txt', '--dynamic', '--cache', '--json', ...backendOf(name)),
    ),
    drawn: JSON.parse(
      unrolled('generate', model, '--prompt', 'the old', ...drawn.split(' '), ...backendOf(name)),
    ),
    cut: JSON.parse(
      unrolled(
        'generate',
        model,
        ...drawn.split(' '),
        '--top-p',
        '0.8',
        '--repetition-penalty',
        '1.3',
        ...backendOf(name),
      ),
    ),
    searched: JSON.parse(
      unrolled('generate', model, '--beam', '3', '--length', '12', '--json', ...backendOf(name)),
    ),
    suggested: JSON.parse(unrolled('suggest', model, 'the old c', '--json', ...backendOf(name))),
  };
}

function backendOf(name: string): string[] {
  return ['--backend', name.startsWith('reference') ? 'reference' : 'wasm-strict'];
}

/** Trains as before, but leaves the checkpoints, which a run that came to its end removes; keeps the one of step 21. */
function checkpoint(name: string, training: readonly string[]): void {
  const keepFiles =
    "import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module'; fs.rmSync = () => {}; syncBuiltinESMExports();";
  const hook = ['--import', `data:text/javascript,${encodeURIComponent(keepFiles)}`];
  const args = [
    ...hook,
    binary,
    ...training,
    '--out',
    'stopped.safetensors',
    '--checkpoint',
    '21',
    '--keep',
    '1000',
  ];
  if (spawnSync(process.execPath, args, { cwd: folder }).status !== 0) throw new Error(`${name}: it failed`);
  copyFileSync(
    join(folder, 'stopped.checkpoint-21.safetensors'),
    join(here, `${name}.checkpoint.safetensors`),
  );
}

/** The bodies of the server's answers, without what is new each time. */
async function serve(): Promise<void> {
  const models = ['lstm-tied', 'mingru-byte'].map((name) => `${name}.safetensors`);
  const child = spawn(
    process.execPath,
    [binary, 'serve', ...models, '--port', '0', '--json', '--backend', 'wasm-strict'],
    { cwd: folder },
  );
  const url = await new Promise<string>((resolve) => {
    child.stdout.once('data', (data) => resolve(JSON.parse(data).url));
  });
  const answers = [];
  for (const { path, body } of requests) {
    const init =
      body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(url + path, init);
    const text = await response.text();
    answers.push({
      status: response.status,
      body: text.replace(/"id":"cmpl-[^"]*"/g, '"id":"cmpl"').replace(/"created":\d+/g, '"created":0'),
    });
  }
  writeFileSync(join(here, 'answers.json'), `${JSON.stringify(answers)}\n`);
  child.kill('SIGKILL');
}

function unrolled(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [binary, ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`unrolled ${args.join(' ')}: ${stderr}`);
  return stdout;
}
