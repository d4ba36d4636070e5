import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { binary, sentences, temporaryFolder, tiny } from '../support/binary.ts';

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
  expect(stderr).toMatch(/^wasm: memory up to [\d.]+ [MG]iB: /m);
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
