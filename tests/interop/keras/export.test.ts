import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openZip } from '../../../src/interop/archive/zip.ts';
import { exportModel } from '../../../src/interop/export-model.ts';
import { importModel } from '../../../src/interop/import-model.ts';
import { hdf5With } from '../../../src/interop/keras/hdf5/with-h5wasm.ts';
import type { RecurrentConfig } from '../../../src/models/config.ts';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { largestDifference, logitsOf, pythonWith, randomModelFile, someIds } from '../../support/interop.ts';
import { temporaryFolder } from '../../support/process.ts';

type Config = Partial<RecurrentConfig>;

/** Sizes are D=5, H=6, two layers. */
const configs: readonly Config[] = [
  { cell: 'rnn', layers: 1 },
  { cell: 'rnn-relu' },
  { cell: 'lstm', layers: 3 },
  { cell: 'lstm', tied: true },
  { cell: 'lstm-cifg' },
  { cell: 'gru' },
  { cell: 'gru', resetAfter: true },
  { cell: 'gru', resetAfter: true, tied: true, layers: 3 },
];
const blocks = [Array.from(someIds(13, 7)), Array.from(someIds(13, 5)).reverse()];

// Keras can't be imported without a backend; JAX is the smallest.
process.env.KERAS_BACKEND ??= 'jax';
const python = pythonWith('KERAS_PYTHON', 'keras', 'numpy');

test.skipIf(python === undefined)(
  'load.py has the logits of the model, continues texts, and what it saves imports again',
  async () => {
    const root = temporaryFolder({});
    const cases = configs.map((_, i) => ({ folder: join(root, String(i)), blocks }));
    const files = configs.map((config) => randomModelFile(config));
    for (const [i, { folder }] of cases.entries()) {
      mkdirSync(folder);
      const exported = await exportModel(files[i], { to: 'keras' });
      for (const [name, bytes] of exported.files) writeFileSync(join(folder, name), bytes);
    }
    const script = fileURLToPath(new URL('run-load.py', import.meta.url));
    const options = { input: JSON.stringify(cases), encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
    const { stdout, stderr } = spawnSync(python!, [script], options);
    expect(stdout, stderr).toMatch(/^\[\[/m);
    const rows = JSON.parse(stdout.slice(stdout.indexOf('[['))) as number[][][];
    const hdf5 = hdf5With(await import('h5wasm'));
    for (const [i, file] of files.entries()) {
      const exact = logitsOf(file, Int32Array.from(blocks.flat())).flatMap((row) => [...row]);
      const difference = largestDifference(rows[i].flat(), exact);
      expect(difference, JSON.stringify(configs[i])).toBeLessThan(1e-5);
      const { vocabulary, tokenizer } = parseModelFile(file);
      const saved = { name: 'again.keras', bytes: readFileSync(join(cases[i].folder, 'again.keras')) };
      const again = (await importModel(saved, { codec: { vocabulary, tokenizer }, hdf5 })).file;
      const logits = logitsOf(again, Int32Array.from(blocks.flat())).flatMap((row) => [...row]);
      expect(largestDifference(logits, exact), JSON.stringify(configs[i])).toBeLessThan(1e-6);
    }
  },
  300_000,
);

describe('an export to Keras', () => {
  test('is a program, its weights as arrays of NumPy, and the tokens', async () => {
    const { files, notes } = await exportModel(
      randomModelFile({ cell: 'gru', resetAfter: true, tied: true }),
      {
        to: 'keras',
      },
    );
    expect([...files.keys()].slice(0, 3)).toEqual(['load.py', 'weights.npz', 'vocab.json']);
    expect(notes).toEqual([expect.stringContaining('written twice')]);
    const npz = openZip(files.get('weights.npz')!, 'weights.npz');
    expect(npz.names).toEqual([
      'embedding/embeddings.npy',
      ...[0, 1].flatMap((i) => ['kernel', 'recurrent_kernel', 'bias'].map((role) => `rnn_${i}/${role}.npy`)),
      'dense/kernel.npy',
      'dense/bias.npy',
    ]);
    const bias = await npz.read('rnn_0/bias.npy');
    expect([...bias.subarray(0, 10)]).toEqual([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]);
    expect(new TextDecoder().decode(bias.subarray(10, 128)).trimEnd()).toBe(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 18,), }",
    );
    expect(bias.length).toBe(128 + 4 * 2 * 18);
  });

  test.each<[Config, RegExp]>([
    [{ cell: 'mingru' }, /m: the model has the cell mingru, which no layer of Keras computes/],
    [{ cell: 'minlstm' }, /cell minlstm/],
    [{ cell: 'mogrifier-lstm' }, /cell mogrifier-lstm/],
    [{ cell: 'lstm', zoneout: 0.1 }, /has zoneout/],
  ])('of %o is refused with the reason', async (config, says) => {
    const call = exportModel(randomModelFile(config), { to: 'keras', where: 'm' });
    await expect(call).rejects.toMatchObject({ code: 'option-value', message: expect.stringMatching(says) });
  });
});
