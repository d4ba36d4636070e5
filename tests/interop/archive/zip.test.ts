import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { UnrolledError } from '../../../src/errors.ts';
import { crc32 } from '../../../src/interop/archive/crc32.ts';
import { openZip } from '../../../src/interop/archive/zip.ts';
import { writeZip } from '../../../src/interop/archive/zip-writer.ts';
import { pythonWith, takesAll } from '../../support/interop.ts';
import { mutations } from '../../support/mutations.ts';
import { temporaryFolder } from '../../support/process.ts';

const utf8 = new TextEncoder();
const text = utf8.encode('to be or not to be, that is the question. '.repeat(40));
const files = new Map([
  ['a/data.pkl', text],
  ['a/ünïcode', Uint8Array.of(1, 2, 3)],
  ['empty', new Uint8Array()],
]);
const stored = writeZip(files);

test('the CRC-32 is that of the zip format', () => {
  expect(crc32(utf8.encode('123456789'))).toBe(0xcbf43926);
});

test('a stored entry is a view of the file, read again as it was written', async () => {
  const zip = openZip(stored, 'f');
  expect(zip.names).toEqual([...files.keys()]);
  for (const [name, data] of files) expect(await zip.read(name)).toEqual(data);
  expect((await zip.read('a/data.pkl')).buffer).toBe(stored.buffer);
  await expect(zip.read('b')).rejects.toMatchObject({ code: 'file-damaged' });
});

/** The zip file of one entry, compressed, with other values for its size. */
function compressed(data: Uint8Array, size: number = data.length, name: string = 'a'): Uint8Array {
  const packed = deflateRawSync(data);
  const file = writeZip(new Map([[name, packed]])).slice();
  const view = new DataView(file.buffer);
  const directory = file.length - 22 - 46 - name.length;
  for (const header of [0, directory + 2]) {
    view.setUint16(header + 8, 8, true);
    view.setUint32(header + 14, crc32(data), true);
    view.setUint32(header + 22, size, true);
  }
  return file;
}

test('a compressed entry is unpacked, also one of several blocks', async () => {
  const noise = Uint8Array.from({ length: 100_000 }, (_, i) => (i * i * 31) >> 3);
  for (const data of [text, noise]) expect(await openZip(compressed(data), 'f').read('a')).toEqual(data);
});

test('an entry that unpacks to another size than it claims is refused', async () => {
  const zeros = new Uint8Array(8_000_000);
  for (const [data, size] of [
    [zeros, 100_000],
    [text, text.length + 1],
  ] as const) {
    const call = openZip(compressed(data, size), 'f').read('a');
    await expect(call).rejects.toMatchObject({ code: 'file-damaged', message: /it must unpack to \d+/ });
  }
});

test('a file that unpacks to many times its size is refused before anything is unpacked', () => {
  const bomb = compressed(new Uint8Array(8_000_000));
  expect(bomb.length).toBeLessThan(20_000);
  expect(() => openZip(bomb, 'f')).toThrow(/unpacks to 8000000; at most/);
});

/** A change of the stored file, by the position of a record. */
function changed(change: (view: DataView, directory: number, end: number) => void): Uint8Array {
  const copy = stored.slice();
  const view = new DataView(copy.buffer);
  const end = copy.length - 22;
  change(view, view.getUint32(end + 16, true), end);
  return copy;
}

test.each<{ what: string; bytes: Uint8Array; says: RegExp }>([
  ...['/etc/passwd', '../x', 'a/../../x', 'a\\b', 'a\0b', 'C:x', 'a//b', '.', ''].map((name) => ({
    what: `name ${JSON.stringify(name)}`,
    bytes: writeZip(new Map([[name, text]])),
    says: /names must be relative/,
  })),
  { what: 'an end that is cut off', bytes: stored.subarray(0, -1), says: /no directory at its end/ },
  { what: 'bytes after the end', bytes: Uint8Array.of(...stored, 0), says: /no directory at its end/ },
  { what: 'bytes before the start', bytes: Uint8Array.of(0, ...stored), says: /it must end at byte/ },
  {
    what: 'entries that overlap',
    bytes: changed((view, directory) => {
      const second = directory + 46 + 'a/data.pkl'.length;
      const copy = new Uint8Array(view.buffer);
      copy.copyWithin(second, directory, second);
      // The second entry is as long as the first: its comment covers what is left.
      view.setUint16(second + 32, utf8.encode('a/ünïcode').length - 'a/data.pkl'.length, true);
    }),
    says: /must end before the next one/,
  },
  { what: 'encryption', bytes: changed((view, d) => flags(view, d, 1)), says: /encrypted/ },
  { what: 'another method', bytes: changed((view, d) => flags(view, d, 0, 12)), says: /by method 12/ },
  { what: 'a header that differs', bytes: changed((view) => view.setUint32(14, 1, true)), says: /differ/ },
  { what: 'a wrong count', bytes: changed((view, _, e) => count(view, e, 4)), says: /it must have 4/ },
  {
    what: 'a part of several',
    bytes: changed((view, _, e) => view.setUint16(e + 4, 1, true)),
    says: /several/,
  },
])('$what is refused', ({ bytes, says }) => {
  expect(() => openZip(bytes, 'f.zip')).toThrow(says);
  expect(() => openZip(bytes, 'f.zip')).toThrow(UnrolledError);
});

function flags(view: DataView, directory: number, bits: number, method: number = 0): void {
  for (const at of [6, directory + 8]) view.setUint16(at, view.getUint16(at, true) | bits, true);
  for (const at of [8, directory + 10]) view.setUint16(at, method, true);
}

function count(view: DataView, end: number, entries: number): void {
  view.setUint16(end + 8, entries, true);
  view.setUint16(end + 10, entries, true);
}

test('changed contents are refused by their CRC-32', async () => {
  const zip = openZip(
    changed((view) => view.setUint8(60, 0)),
    'f',
  );
  await expect(zip.read('a/data.pkl')).rejects.toThrow(/CRC-32/);
});

test('mutated files are refused, or their entries are those of the directory', async () => {
  for (const file of [stored, compressed(text)]) {
    for (const bytes of mutations(file, takesAll ? 5000 : 300, 17)) {
      try {
        const zip = openZip(bytes, 'f');
        for (const name of zip.names) await zip.read(name);
      } catch (error) {
        if (!(error instanceof UnrolledError)) throw error;
      }
    }
  }
});

const python = pythonWith('INTEROP_PYTHON', 'zipfile');

test.skipIf(python === undefined)(
  "Python's zipfile reads ours, and we read its, with 64-bit sizes too",
  async () => {
    const folder = temporaryFolder({});
    writeFileSync(join(folder, 'ours.zip'), stored);
    const script = [
      'import zipfile, sys',
      'ours = zipfile.ZipFile("ours.zip")',
      'assert ours.testzip() is None',
      'with zipfile.ZipFile("theirs.zip", "w", zipfile.ZIP_DEFLATED) as theirs:',
      '  for name in ours.namelist():',
      '    with theirs.open(name, "w", force_zip64=True) as out: out.write(ours.read(name))',
      'sys.stdout.buffer.write(open("theirs.zip", "rb").read())',
    ].join('\n');
    const { stdout, stderr } = spawnSync(python!, ['-c', script], { cwd: folder });
    expect(stderr.toString()).toBe('');
    const zip = openZip(new Uint8Array(stdout), 'theirs.zip');
    for (const [name, data] of files) expect(await zip.read(name)).toEqual(data);
  },
);
