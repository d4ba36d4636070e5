import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FileStore } from '../../src/cli/files/run/file-store.ts';
import { MemoryStore, type Store } from '../../src/recipe/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'unrolled-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

const stores: [name: string, store: Store, prefix: string][] = [
  ['MemoryStore', new MemoryStore(), ''],
  ['FileStore', new FileStore(), `${folder}/`],
];

describe.each(stores)('%s', (_, store, prefix) => {
  test('returns a copy of what was written last', async () => {
    const bytes = Uint8Array.of(1, 2, 3);
    await store.write(`${prefix}a`, Uint8Array.of(9));
    await store.write(`${prefix}a`, bytes);
    bytes[0] = 7;
    const read = await store.read(`${prefix}a`);
    expect([...read]).toEqual([1, 2, 3]);
    read[0] = 7;
    expect([...(await store.read(`${prefix}a`))]).toEqual([1, 2, 3]);
  });

  test('lists the names that begin with a prefix', async () => {
    for (const name of ['list-1', 'list-2', 'other']) await store.write(prefix + name, new Uint8Array(1));
    expect([...(await store.list(`${prefix}list-`))].sort()).toEqual([`${prefix}list-1`, `${prefix}list-2`]);
    expect(await store.list(`${prefix}nothing`)).toEqual([]);
  });

  test('removes files, and ignores missing ones', async () => {
    await store.write(`${prefix}gone`, new Uint8Array(1));
    await store.remove(`${prefix}gone`);
    await store.remove(`${prefix}gone`);
    await expect((async () => store.read(`${prefix}gone`))()).rejects.toMatchObject({ code: 'file-missing' });
  });
});

test('file names are unchanged', () => {
  const store = new FileStore();
  expect(store.list('./package.j')).toContain('./package.json');
  expect(store.list('package.j')).toContain('package.json');
});

test('a missing folder is a file error', () => {
  const path = join(folder, 'nowhere', 'm');
  const store = new FileStore();
  expect(() => store.write(path, new Uint8Array(1))).toThrow(/nowhere.m: there is no such file or folder/);
  expect(() => store.list(path)).toThrow(/nowhere: there is no such file or folder/);
});
