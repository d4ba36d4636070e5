// `npm run big`: trains on a text of 1 GB in a temporary folder; fails if the peak resident memory exceeds 500 MB.
// `npm run big -- MEGABYTES [LIMIT]`: another size, and another limit in MB.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeBigText } from './big-text.mjs';

const [megabytes, limit] = [Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 500)];
const binary = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'unrolled-big-'));
try {
  writeBigText(join(folder, 'big.txt'), megabytes * 1e6);
  const { seconds, peak, status } = await train();
  console.log(`${megabytes} MB of text: peak memory ${peak} MB, first step after ${seconds} s`);
  process.exitCode = status !== 0 || peak > limit ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}

/** Trains a few steps. Polls the peak memory, because the system does not report it after the process ended. */
function train() {
  const sizes = '--tokens bpe --vocab-size 2000 --hidden 200 --max-steps 20 --json --log-every 1'.split(' ');
  const began = performance.now();
  const child = spawn(process.execPath, [binary, 'train', 'big.txt', ...sizes], { cwd: folder });
  child.stderr.pipe(process.stderr);
  let [seconds, peak] = [null, 0];
  const timer = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid));
  }, 100);
  child.stdout.on('data', (data) => {
    if (`${data}`.includes('"event":"step"')) seconds ??= Math.round((performance.now() - began) / 1000);
  });
  return new Promise((resolve) => {
    child.on('close', (status) => {
      clearInterval(timer);
      resolve({ seconds, peak, status });
    });
  });
}

/** Peak memory in MB, from /proc on Linux; elsewhere 0. */
function peakOf(pid) {
  try {
    return Math.round(
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1000,
    );
  } catch {
    return 0;
  }
}
