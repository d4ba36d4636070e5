import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { checkUnlocked, lockFile } from '../../../src/cli/files/lock.ts';
import { thisProcess } from '../../../src/cli/machine/process-identity.ts';
import { binary, temporaryFolder } from '../../support/process.ts';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
const lockOf = (name: string): string => at(`.${name}.unrolled-lock`);
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

/** A process that takes a lock when it is told to, says how that went, and keeps it until it is killed. */
function contender(path: string) {
  const module = pathToFileURL(join(binary, '../files/lock.js')).href;
  const program = `import { lockFile } from ${JSON.stringify(module)};
    process.stdin.once('data', () => {
      try { lockFile(${JSON.stringify(path)}); console.log('has it'); } catch (error) { console.log(error.code); }
    });
    console.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (data) => {
    said += data;
  });
  const says = async (pattern: RegExp) => {
    while (!pattern.test(said)) await new Promise((resolve) => child.stdout.once('data', resolve));
    return said;
  };
  const ended = new Promise((resolve) => child.on('close', resolve));
  return { child, says, ended };
}

test('of several runs that start together one gets the lock, also over a stale one, and a kill frees it', async () => {
  for (const stale of [false, true, true]) {
    if (stale) expect(existsSync(lockOf('race'))).toBe(true);
    const all = Array.from({ length: 4 }, () => contender(at('race.safetensors')));
    for (const { says } of all) await says(/ready/);
    for (const { child } of all) child.stdin.write('go\n');
    const answers = await Promise.all(all.map(({ says }) => says(/ready\n(.+)\n/)));
    expect(answers.filter((said) => said.includes('has it'))).toHaveLength(1);
    expect(answers.filter((said) => said.includes('file-in-use'))).toHaveLength(3);
    for (const { child } of all) child.kill('SIGKILL');
    await Promise.all(all.map(({ ended }) => ended));
  }
});
