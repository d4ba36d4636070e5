import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { binary, sentences, temporaryFolder, tiny } from '../../support/process.ts';

const KILOBYTES = 6_000_000;
const CHECKED = 'The address space is limited (ulimit -v): ';
const LIMITED = `ulimit -v ${KILOBYTES}; exec "$0" "$@"`;

/** Whether a shell sets this limit, and it bites: neither on Windows nor on macOS. */
const bites = process.platform === 'linux' && spawnSync('sh', ['-c', LIMITED, 'true']).status === 0;

test.skipIf(!bites)('under ulimit -v a model is trained, in less memory and said so', () => {
  const folder = temporaryFolder({ 'text.txt': sentences(100) });
  const args = ['-c', LIMITED, process.execPath, binary, 'train', 'text.txt', ...tiny, '--backend', 'wasm'];
  const { status, stderr } = spawnSync('sh', args, { cwd: folder, encoding: 'utf8' });
  expect([status, stderr.split('\n')[0]]).toEqual([0, expect.stringContaining(CHECKED)]);
  expect(stderr).toMatch(/^wasm: at most [\d.]+ [MG]iB of memory: /m);
});

test.skipIf(!bites)('under ulimit -v a signal stops a run as it does elsewhere', async () => {
  const folder = temporaryFolder({ 'text.txt': sentences(100) });
  const args = ['train', 'text.txt', ...tiny, '--epochs', '100000', '--backend', 'wasm'];
  const child = spawn('sh', ['-c', LIMITED, process.execPath, binary, ...args], { cwd: folder });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      said += data;
      if (/^epoch\s+1\//m.test(said)) child.kill('SIGTERM');
    });
  }
  const [status] = await once(child, 'close');
  expect(status, said).toBe(130);
});

test.skipIf(!bites)(
  'under ulimit -v a signal to the whole group, as timeout sends it, counts once',
  async () => {
    const folder = temporaryFolder({ 'text.txt': sentences(600) });
    // Steps so long that both arrive in one.
    const large = [
      '--hidden',
      '200',
      '--embedding',
      '200',
      '--batch',
      '60',
      '--time',
      '40',
      '--epochs',
      '1000',
    ];
    const flags = ['--backend', 'wasm', '--threads', '1', '--json', '--log-every', '1'];
    const words = [binary, 'train', 'text.txt', ...tiny, ...large, ...flags];
    const child = spawn('sh', ['-c', LIMITED, process.execPath, ...words], { cwd: folder });
    let said = '';
    child.stderr.resume();
    child.stdout.on('data', (data) => {
      const begun = said.includes('"event":"step"');
      said += data;
      if (begun || !said.includes('"event":"step"')) return;
      const [worker] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'latin1').split(' ');
      process.kill(Number(worker), 'SIGTERM');
      process.kill(child.pid as number, 'SIGTERM');
    });
    const [status] = await once(child, 'close');
    expect(status, said).toBe(130);
    expect(said).toContain('"event":"interrupted"');
  },
);
