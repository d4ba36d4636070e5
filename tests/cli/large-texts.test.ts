import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { writeBigText } from '../../scripts/big-text.mjs';
import { inShell, Running, sentences, temporaryFolder } from '../support/process.ts';

const folder = temporaryFolder();
const small =
  '--tokens word --cell rnn --hidden 8 --embedding 8 --batch 4 --time 5 --untied --dropout 0 --valid none --backend wasm --threads 1'.split(
    ' ',
  );
const left = (of = folder) => readdirSync(of).filter((name) => /\.tokens$|\.tmp$/.test(name));

/** The highest resident memory of a process so far, in MB. */
function peakOf(pid: number | undefined): number {
  const [, kilobytes = 0] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1000;
}

test.skipIf(!existsSync('/proc/self/status'))(
  'a text of 60 MB is trained on in 200 MB of memory',
  { timeout: 240_000 },
  async () => {
    writeBigText(join(folder, 'part.txt'), 6e6, 100);
    const part = readFileSync(join(folder, 'part.txt'));
    for (let i = 0; i < 10; i++) appendFileSync(join(folder, 'big.txt'), part);
    const flags =
      '--tokens bpe --vocab-size 500 --valid 1e-5 --cell rnn --hidden 16 --embedding 16 --untied --max-steps 3 --threads 1';
    const args = ['train', 'big.txt', ...flags.split(' '), '--json', '--log-every', '1', '--backend', 'wasm'];
    const run = new Running(args, folder, { UNROLLED_MOST_HELD: '1000000' });
    let peak = 0;
    const watch = setInterval(() => {
      if (run.child.exitCode === null) peak = Math.max(peak, peakOf(run.child.pid));
    }, 50);
    const { status, stderr } = await run.finished();
    clearInterval(watch);
    expect(status, stderr).toBe(0);
    expect(peak).toBeGreaterThan(40);
    expect(peak).toBeLessThan(200);
    expect(left()).toEqual([]);
  },
);

test('Ctrl-C while the tokens are written leaves no files', { timeout: 60_000 }, async () => {
  writeFileSync(join(folder, 'long.txt'), sentences(1000).repeat(200));
  const run = new Running(['train', 'long.txt', ...small, '--out', 'a'], folder, {
    UNROLLED_MOST_HELD: '2000',
  });
  const ended = run.finished();
  // An empty one is only to find out whether the folder can be written.
  const isBegun = () => left().some((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size);
  await vi.waitFor(() => expect(isBegun()).toBe(true), { timeout: 30_000, interval: 2 });
  run.kill('SIGINT');
  expect(await ended).toMatchObject({ status: 130 });
  expect(readdirSync(folder).filter((name) => name === 'a')).toEqual([]);
  expect(left()).toEqual([]);
});

/** Only root mounts, and not in every container. */
test.skipIf(process.getuid?.() !== 0)(
  'a full disk while the tokens are written is an error, and no file is left',
  { timeout: 60_000 },
  async ({ skip }) => {
    const script =
      'mkdir full && mount -t tmpfs -o size=64k tmpfs full || exit 99; ' +
      'UNROLLED_MOST_HELD=2000 "$@"; status=$?; ls -A full; umount full; exit $status';
    writeFileSync(join(folder, 'wide.txt'), sentences(1000).repeat(20));
    const args = ['train', 'wide.txt', ...small, '--max-steps', '2', '--token-cache', 'full', '--out', 'b'];
    const { status, stdout, stderr } = await inShell(folder, script, ...args);
    if (status === 99) skip();
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^full\/\w+-\w+\.tokens: the disk is full\. Free some space, or choose another path\.$/m,
    );
  },
);
