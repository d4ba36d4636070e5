import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { importModel } from '../../../src/interop/import-model.ts';
import { hdf5With } from '../../../src/interop/keras/hdf5/with-h5wasm.ts';
import { largestDifference, logitsOf, pythonWith } from '../../support/interop.ts';
import { temporaryFolder } from '../../support/process.ts';
import { codecOf, logSoftmax } from './support.ts';

interface Printed {
  readonly ids: readonly number[];
  readonly expected: Readonly<Record<string, readonly (readonly number[])[]>>;
}

// Keras can't be imported without a backend; JAX is the smallest.
process.env.KERAS_BACKEND ??= 'jax';
const python = pythonWith('KERAS_PYTHON', 'keras', 'h5py');

test.skipIf(python === undefined)(
  'models that Keras saved have its probabilities',
  async () => {
    const folder = temporaryFolder({});
    const script = fileURLToPath(new URL('save-models.py', import.meta.url));
    const printed = execFileSync(python!, [script, folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { ids, expected } = JSON.parse(printed.slice(printed.indexOf('{'))) as Printed;
    const hdf5 = hdf5With(await import('h5wasm'));
    const largest: Record<string, number> = {};
    for (const [name, rows] of Object.entries(expected)) {
      for (const file of [`${name}.keras`, `${name}.h5`]) {
        const source = { name: file, bytes: readFileSync(join(folder, file)) };
        const imported = await importModel(source, { codec: codecOf(11), hdf5 });
        const got = logitsOf(imported.file, Int32Array.from(ids)).map(logSoftmax);
        largest[file] = largestDifference(got.flat(), rows.flat());
      }
    }
    expect(Object.keys(largest)).toHaveLength(20);
    for (const [file, difference] of Object.entries(largest)) expect(difference, file).toBeLessThan(1e-5);
  },
  120_000,
);
