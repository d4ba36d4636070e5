import { spawnSync } from 'node:child_process';
import fs, { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkLibraryFile } from '../../src/native/library-file.ts';
import { temporaryFolder } from '../support/process.ts';

const x64 = { platform: 'linux', arch: 'x64' } as const;
const [PAGE, SEGMENT_END] = [4096, 8192];

/** The header of a 64-bit ELF file, and one segment that is mapped up to `SEGMENT_END`, in a file of that size. */
function elf(machine = 62): Buffer {
  const bytes = Buffer.alloc(SEGMENT_END);
  bytes.writeUInt32BE(0x7f454c46);
  bytes.writeUInt16BE(0x0201, 4);
  bytes.writeUInt16LE(machine, 18);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  bytes.writeUInt32LE(1, 64);
  bytes.writeBigUInt64LE(BigInt(PAGE), 64 + 8);
  bytes.writeBigUInt64LE(BigInt(SEGMENT_END - PAGE), 64 + 32);
  return bytes;
}

describe.skipIf(process.platform === 'win32')('a library file', () => {
  const folder = temporaryFolder({ text: 'not a library', empty: '' });
  const written = (name: string, bytes: Uint8Array) => {
    const file = join(folder, name);
    writeFileSync(file, bytes);
    return file;
  };

  test('of this system and architecture passes', () => {
    expect(() => checkLibraryFile(written('whole.so', elf()), fs, x64)).not.toThrow();
    expect(() => checkLibraryFile(process.execPath, fs, process)).not.toThrow();
  });

  test.each([
    [SEGMENT_END - 1, 'it is truncated: 8191 bytes of at least 8192'],
    [PAGE, 'it is truncated: 4096 bytes of at least 8192'],
    [100, 'it is truncated: 100 bytes of at least 120'],
  ])('of only %i bytes is refused, because mapping it would end the process', (size, message) => {
    const file = written('part.so', elf());
    truncateSync(file, size);
    expect(() => checkLibraryFile(file, fs, x64)).toThrow(message);
  });

  test('of another architecture is refused', () => {
    const arm = written('arm.so', elf(183));
    expect(() => checkLibraryFile(arm, fs, x64)).toThrow('it is not built for x64');
    expect(() => checkLibraryFile(arm, fs, { ...x64, arch: 'arm64' })).not.toThrow();
  });

  test('that is a folder or a pipe is refused without being opened', () => {
    const pipe = join(folder, 'pipe.so');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    for (const file of [folder, pipe]) {
      expect(() => checkLibraryFile(file, fs, x64)).toThrow('it is not a regular file');
    }
  });

  test('that the system finds or refuses by itself is left to it', () => {
    const files = [
      'libopenblas.so.0',
      join(folder, 'missing.so'),
      join(folder, 'text'),
      join(folder, 'empty'),
    ];
    for (const file of files) expect(() => checkLibraryFile(file, fs, x64)).not.toThrow();
    const broken = written('broken.so', readFileSync(join(folder, 'text')));
    expect(() => checkLibraryFile(broken, fs, { ...x64, platform: 'darwin' })).not.toThrow();
  });
});
