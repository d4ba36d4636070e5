import { MemoryStore, sourceText } from 'unrolled/recipe';
import { afterEach, expect, test, vi } from 'vitest';
import { RunRecords } from '../../lab/src/engine/runs/run-records.ts';
import { OpfsStore } from '../../lab/src/engine/store/opfs-store.ts';
import { OverflowStore } from '../../lab/src/engine/store/overflow-store.ts';

afterEach(() => void vi.unstubAllGlobals());

/** A store over a folder whose file can't be read the first `failures` times. */
async function storeThatFails(
  failures: number,
  name: string,
): Promise<{ store: OpfsStore; reads: () => number }> {
  let reads = 0;
  const arrayBuffer = async () => {
    if (++reads <= failures) throw new DOMException('it was replaced', name);
    return Uint8Array.of(7).buffer;
  };
  const file = {
    getFile: async () => ({ arrayBuffer }),
    createWritable: async () => ({ close: async () => {} }),
  };
  const folder = { getFileHandle: async () => file, removeEntry: async () => {} };
  const getDirectory = async () => ({ getDirectoryHandle: async () => folder });
  vi.stubGlobal('navigator', { storage: { getDirectory } });
  return { store: await OpfsStore.open(), reads: () => reads };
}

test('a file that another tab replaces while it is read is read again', async () => {
  const { store, reads } = await storeThatFails(3, 'NotReadableError');
  expect(await store.read('a')).toEqual(Uint8Array.of(7));
  expect(reads()).toBe(4);
});

test('a file that stays unreadable, is missing or is refused is an error', async () => {
  const unreadable = await storeThatFails(Number.POSITIVE_INFINITY, 'NotReadableError');
  await expect(unreadable.store.read('a')).rejects.toThrow(/^a: .*NotReadableError/);
  expect(unreadable.reads()).toBe(10);
  const missing = await storeThatFails(1, 'NotFoundError');
  await expect(missing.store.read('a')).rejects.toMatchObject({ code: 'file-missing' });
  const refused = await storeThatFails(1, 'SecurityError');
  await expect(refused.store.read('a')).rejects.toThrow(/^a: .*SecurityError/);
  expect([missing.reads(), refused.reads()]).toEqual([1, 1]);
});

test('a run whose record another tab is about to write, or has removed since, is not listed; a broken one is an error', async () => {
  const memory = new MemoryStore();
  const store = new OverflowStore(memory);
  const records = new RunRecords(store);
  const request = { given: {}, minutes: null, preset: null };
  for (let i = 0; i < 3; i++) await records.create(await sourceText('a b', 'text'), request);
  memory.write('record-run-1.safetensors', new Uint8Array());
  vi.spyOn(memory, 'read').mockImplementation((name) => {
    if (name === 'record-run-3.safetensors') memory.remove(name);
    return MemoryStore.prototype.read.call(memory, name);
  });
  const names = (await records.list()).map(({ facts }) => facts.name);
  expect(names).toEqual(['run-2.safetensors']);
  memory.write('record-run-1.safetensors', Uint8Array.of(0x7b));
  await expect(records.list()).rejects.toThrow(SyntaxError);
});
