import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileStore } from '../../../src/cli/files/run/file-store.ts';
import { removeLeftovers, temporaryBeside } from '../../../src/cli/files/temporary.ts';
import { checkWritable, writeFileAtomically } from '../../../src/cli/files/write.ts';
import { thisProcess } from '../../../src/cli/machine/process-identity.ts';
import { temporaryFolder } from '../../support/process.ts';

const folder = temporaryFolder();
const at = (...names: string[]): string => join(folder, ...names);
const bytes = Uint8Array.of(1, 2, 3);
const modeOf = (name: string) => statSync(at(name)).mode & 0o777;
const isWindows = process.platform === 'win32';

test.skipIf(isWindows)('the mode of what is replaced is kept; a new file has that of the umask', () => {
  for (const mode of [0o600, 0o640, 0o664, 0o755]) {
    writeFileSync(at('old'), 'old');
    chmodSync(at('old'), mode);
    writeFileAtomically(at('old'), bytes);
    expect(modeOf('old')).toBe(mode);
    expect([...readFileSync(at('old'))]).toEqual([1, 2, 3]);
  }
  writeFileAtomically(at('new'), bytes);
  expect(modeOf('new')).toBe(0o666 & ~process.umask());
});

test.skipIf(isWindows)('the checkpoints of a private model file are private', () => {
  writeFileSync(at('private'), '');
  chmodSync(at('private'), 0o600);
  for (const out of ['private', 'not-yet']) new FileStore(at(out)).write(at(`${out}.checkpoint-1`), bytes);
  expect(modeOf('private.checkpoint-1')).toBe(0o600);
  expect(modeOf('not-yet.checkpoint-1')).toBe(0o666 & ~process.umask());
});

test('a read-only file is refused before work and when writing, also for root, and is not removed', () => {
  writeFileSync(at('best'), 'best');
  chmodSync(at('best'), 0o444);
  const refusal = { code: 'file-permission', message: expect.stringMatching(/read-only.*chmod u\+w/) };
  expect(() => checkWritable(at('best'))).toThrow(expect.objectContaining(refusal));
  expect(() => writeFileAtomically(at('best'), bytes)).toThrow(expect.objectContaining(refusal));
  new FileStore().remove(at('best'));
  expect(readFileSync(at('best'), 'utf8')).toBe('best');
});

test.skipIf(isWindows)('links are followed to their target, which may not exist yet, and stay links', () => {
  mkdirSync(at('real'));
  symlinkSync('real', at('folder'));
  const chains: readonly (readonly [
    links: readonly (readonly [to: string, name: string])[],
    target: string,
  ])[] = [
    [[['there', 'to-file']], 'there'],
    [[['missing', 'dangling']], 'missing'],
    [
      [
        ['folder/deep', 'b'],
        ['b', 'a'],
        ['a', 'chain'],
      ],
      join('real', 'deep'),
    ],
  ];
  writeFileSync(at('there'), 'old');
  for (const [links, target] of chains) {
    for (const [to, name] of links) symlinkSync(to, at(name));
    const [to, name] = links.at(-1) as readonly [string, string];
    checkWritable(at(name));
    writeFileAtomically(at(name), bytes);
    expect(readlinkSync(at(name))).toBe(to);
    expect([...readFileSync(at(target))]).toEqual([1, 2, 3]);
    expect(lstatSync(at(target)).isFile()).toBe(true);
  }
});

test.skipIf(isWindows)('links in a circle are a sentence', () => {
  symlinkSync('loop-b', at('loop-a'));
  symlinkSync('loop-a', at('loop-b'));
  expect(() => checkWritable(at('loop-a'))).toThrow(/loop-a: the symbolic links form a cycle/);
});

test.each([
  ['newdir/', /newdir\/: this is a folder; the output needs a file name/],
  ['.', /: this is a folder/],
  ['newdir/..', /this is a folder/],
  ['nowhere/file', /nowhere\/file: the folder .*nowhere does not exist/],
  [`${'n'.repeat(300)}`, /the name is too long/],
])('%s is refused as an output before any work', (name, message) => {
  expect(() => checkWritable(`${folder}/${name}`)).toThrow(message);
  expect(existsSync(at('newdir'))).toBe(false);
});

test('an empty name and an open stream are refused too', () => {
  expect(() => checkWritable('')).toThrow(/this is empty/);
  expect(() => checkWritable('/dev/stdout')).toThrow(/\/dev\/stdout: /);
});

test('no temporary files are left', () => {
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('cleaning up removes only temporary files of ended processes', () => {
  const own = temporaryBeside(at('m'));
  const dead = own.replace(/-\d+-/, '-4194304-');
  const reused = own.replace(/-[0-9a-f]{8}\.tmp$/, '-12345678.tmp');
  const elsewhere = dead.replace(/unrolled-[0-9a-f]{8}/, 'unrolled-00000000');
  const others = [
    '.model-notes.20240101.tmp',
    '.m.4194304.tmp',
    '.unrolled-notes.tmp',
    '.m.safetensors.1.tmp',
  ];
  const kept = [own, elsewhere, ...others.map((name) => at(name))];
  for (const file of [dead, reused, ...kept]) writeFileSync(file, '');
  removeLeftovers(at('m'));
  expect([dead, reused].filter((file) => existsSync(file))).toEqual([]);
  expect(kept.filter((file) => !existsSync(file))).toEqual([]);
  expect(thisProcess().began).toMatch(/^[0-9a-f]{8}$/);
});
