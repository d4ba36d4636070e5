import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';
import { checkUnlocked, lockFile } from '../../../../src/cli/files/run/lock.ts';
import { thisProcess } from '../../../../src/cli/machine/process-identity.ts';
import { temporaryFolder } from '../../../support/process.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
const lockOf = (name: string): string => at(`.${name}.unrolled-lock`);
const source = fileURLToPath(new URL('../../../../src/cli/files/run/lock.ts', import.meta.url));
const inUse = (message: RegExp) =>
  expect.objectContaining({ code: 'file-in-use', message: expect.stringMatching(message) });

test('only one run can lock a file, also within a process; releasing it works once', () => {
  const release = lockFile(at('m.safetensors'));
  for (const name of ['m.safetensors', 'm']) {
    expect(() => lockFile(at(name))).toThrow(inUse(new RegExp(`process ${process.pid} is writing it`)));
    expect(() => checkUnlocked(at(name))).toThrow(inUse(/process/));
  }
  lockFile(at('n'))();
  release();
  checkUnlocked(at('m'));
  const next = lockFile(at('m'));
  release();
  expect(existsSync(lockOf('m'))).toBe(true);
  next();
  expect(readdirSync(folder)).toEqual([]);
});

test.skipIf(process.platform === 'win32')('a link and its target have one lock', () => {
  symlinkSync('target.safetensors', at('link.safetensors'));
  const release = lockFile(at('link.safetensors'));
  expect(() => lockFile(at('target.safetensors'))).toThrow(inUse(/process/));
  release();
});

test('the lock of an ended process is taken over, also if its pid was reused', () => {
  const mine = thisProcess();
  for (const holder of [
    { ...mine, pid: 4194304 },
    { ...mine, began: '12345678' },
  ]) {
    writeFileSync(lockOf('dead'), JSON.stringify(holder));
    checkUnlocked(at('dead'));
    const release = lockFile(at('dead'));
    expect(JSON.parse(readFileSync(lockOf('dead'), 'utf8'))).toMatchObject(mine);
    release();
  }
});

test('a lock of another machine is named, with what to do', () => {
  writeFileSync(lockOf('far'), JSON.stringify({ ...thisProcess(), host: 'elsewhere' }));
  expect(() => lockFile(at('far'))).toThrow(inUse(/on elsewhere .*remove .*\.far\.unrolled-lock/));
  writeFileSync(lockOf('torn'), '{"pid":');
  expect(() => lockFile(at('torn'))).toThrow(inUse(/\.torn\.unrolled-lock is invalid/));
});

/** The lock on its own, for programs that Node runs. */
const module = join(temporaryFolder(), 'lock.mjs');
buildSync({ entryPoints: [source], outfile: module, bundle: true, format: 'esm', platform: 'node' });

/** A process that tries to take a lock at each line of input, says how that went, and keeps it until it is killed. */
function contender(path: string) {
  const program = `import { lockFile } from ${JSON.stringify(pathToFileURL(module).href)};
    process.stdin.on('data', () => {
      try { lockFile(${JSON.stringify(path)}); console.log('has it'); } catch (error) { console.log(error.code); }
    });
    console.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async (): Promise<string> => (await lines.next()).value;
  const ended = new Promise((resolve) => child.on('close', resolve));
  return { child, line, ended };
}

test('of several runs that start together one gets the lock, also over a stale one, and a kill frees it', async () => {
  let all = Array.from({ length: 5 }, () => contender(at('race.safetensors')));
  for (const { line } of all) expect(await line()).toBe('ready');
  for (const stale of [false, true, true]) {
    expect(existsSync(lockOf('race'))).toBe(stale);
    for (const { child } of all) child.stdin.write('go\n');
    const answers = await Promise.all(all.map(({ line }) => line()));
    const losers = all.filter((_, i) => answers[i] === 'file-in-use');
    const winners = all.filter((_, i) => answers[i] === 'has it');
    expect([winners.length, losers.length]).toEqual([1, all.length - 1]);
    winners[0].child.kill('SIGKILL');
    await winners[0].ended;
    all = losers;
  }
  for (const { child } of all) child.stdin.end();
  await Promise.all(all.map(({ ended }) => ended));
});
