import { afterAll, expect, test } from 'vitest';
import { Hdf5Thread } from '../../../src/cli/files/interop/hdf5-thread.ts';
import { importModel } from '../../../src/interop/import-model.ts';
import type { ImportFile } from '../../../src/interop/importer.ts';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { takesAll } from '../../support/interop.ts';
import { mutations } from '../../support/mutations.ts';
import { codecOf, golden, tfjsFile } from './support.ts';

// As in the command line, but a library that finds no end costs less time.
const script = new URL('../../../dist/cli/hdf5-worker.js', import.meta.url);
const thread = new Hdf5Thread(script, 1);
afterAll(() => thread.close());

const tfjs = tfjsFile();
const weights = golden('tfjs/model.weights.bin');

test.each<[string, Uint8Array, (bytes: Uint8Array) => ImportFile]>([
  ['.h5', golden('lstm-keras-2.h5'), (bytes) => ({ name: 'm.h5', bytes })],
  ['.keras', golden('gru.keras'), (bytes) => ({ name: 'm.keras', bytes })],
  ['model.json', tfjs.bytes, (bytes) => ({ ...tfjs, bytes })],
  ['shard', weights, (bytes) => ({ ...tfjs, sibling: async () => bytes })],
])(
  'damaged versions of a %s are refused or give a model',
  async (format, intact, fileOf) => {
    const options = {
      codec: codecOf(7),
      hdf5: thread.read,
      format: /h5|keras/.test(format) ? 'keras' : 'tfjs',
    };
    const outcomes: boolean[] = [];
    const isRead = async (bytes: Uint8Array) => {
      try {
        parseModelFile((await importModel(fileOf(bytes), options)).file);
        return true;
      } catch (error) {
        if ((error as Error).name !== 'UnrolledError') throw error;
        return false;
      }
    };
    for (const bytes of mutations(intact, takesAll ? 5000 : 300, 3)) outcomes.push(await isRead(bytes));
    expect(outcomes.filter((read) => !read).length).toBeGreaterThan(100);
    expect(await isRead(intact), 'the intact file afterwards').toBe(true);
  },
  3_600_000,
);
