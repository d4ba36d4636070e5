import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import { exportModel } from '../../../src/interop/export-model.ts';
import { importModel } from '../../../src/interop/import-model.ts';
import type { RecurrentConfig } from '../../../src/models/config.ts';
import { type ModelContents, parseModelFile, readModelFile } from '../../../src/models/model-file.ts';
import { largestDifference, logitsOf, pythonWith, randomModelFile, someIds } from '../../support/interop.ts';
import { temporaryFolder } from '../../support/process.ts';

type Config = Partial<RecurrentConfig>;

/** Cells that PyTorch has a module for, in each arrangement. Sizes are D=5, H=6, two layers. */
const builtIn: readonly Config[] = [
  { cell: 'rnn', layers: 1 },
  { cell: 'rnn-relu' },
  { cell: 'lstm', layers: 3 },
  { cell: 'lstm', embeddingSize: 6, tied: true },
  { cell: 'lstm', layers: 3, tied: true },
  { cell: 'lstm-cifg' },
  { cell: 'lstm-cifg', tied: true },
  { cell: 'gru', resetAfter: true },
  { cell: 'gru', resetAfter: true, layers: 1, hiddenSize: 5, tied: true },
];
/** Cells that load.py defines itself. */
const own: readonly Config[] = [
  { cell: 'gru' },
  { cell: 'gru', tied: true },
  { cell: 'gru', resetAfter: true, zoneout: 0.3 },
  { cell: 'rnn', zoneout: 0.1 },
  { cell: 'rnn-relu', zoneout: 0.1, layers: 1 },
  { cell: 'lstm', zoneout: 0.1, zoneoutCell: 0.4 },
  { cell: 'lstm-cifg', zoneoutCell: 0.2, tied: true },
  { cell: 'mogrifier-lstm' },
  { cell: 'mogrifier-lstm', mogrifierRounds: 4, mogrifierRank: 3, tied: true, zoneoutCell: 0.2 },
  { cell: 'mingru' },
  { cell: 'minlstm', tied: true, layers: 3 },
];
const configs = [...builtIn, ...own];
const blocks = [Array.from(someIds(14, 7)), Array.from(someIds(14, 11)).reverse()];
const reference = await openBackend('reference');

/** The logits and the last states, in float64. */
async function exactly(file: Uint8Array) {
  const { model } = readModelFile(file, reference);
  const ids = Int32Array.from(blocks.flat());
  for await (const { logits, layers } of model.trace(ids, { window: ids.length, logits: true })) {
    const last = layers.flatMap(({ width, h, c }) => [h, ...(c ? [c] : [])].map((all) => all.slice(-width)));
    model.dispose();
    return { logits: Array.from(logits!), states: last.flatMap((state) => [...state]) };
  }
  throw new Error('the trace is empty');
}

async function exported(config: Config, contents: Partial<ModelContents> = {}) {
  const file = randomModelFile(config, contents);
  return { file, ...(await exportModel(file, { to: 'pytorch', name: 'm' })) };
}

describe('load.py', () => {
  const root = temporaryFolder({});
  const cases = configs.map((_, i) => ({ folder: join(root, String(i)), blocks }));
  const python = pythonWith('TORCH_PYTHON', 'torch', 'safetensors');

  beforeAll(async () => {
    for (const [i, config] of configs.entries()) {
      mkdirSync(cases[i].folder);
      const { files } = await exported(config);
      for (const [name, bytes] of files) writeFileSync(join(cases[i].folder, name), bytes);
    }
  });

  test.skipIf(python === undefined)(
    'builds a module of the same logits and states, from block to block, for every cell',
    async () => {
      const script = fileURLToPath(new URL('run_load.py', import.meta.url));
      const { stdout, stderr } = spawnSync(python!, [script], {
        input: JSON.stringify(cases),
        encoding: 'utf8',
      });
      expect(stderr).toBe('');
      const results = JSON.parse(stdout) as { logits: number[]; states: number[] }[];
      for (const [i, config] of configs.entries()) {
        const exact = await exactly(randomModelFile(config));
        expect(results[i].states).toHaveLength(exact.states.length);
        for (const what of ['logits', 'states'] as const) {
          const difference = largestDifference(results[i][what], exact[what]);
          expect(difference, `${what} of ${JSON.stringify(config)}`).toBeLessThan(1e-5);
        }
      }
    },
    60_000,
  );

  test.skipIf(python === undefined)('prints the most probable tokens after those given', () => {
    const run = (...tokens: readonly string[]) =>
      spawnSync(python!, [join(cases[2].folder, 'load.py'), ...tokens], { encoding: 'utf8' });
    const { stdout, stderr } = run('the', 'cat');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^(0\.\d{4} '[^']+'\n){5}$/);
    expect(run('the cat')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^'the cat' is not a token of the model\. .*\n$/),
    });
  });
});

describe('the weights', () => {
  test.each(builtIn)('of %o import again', async (config) => {
    const { file, files } = await exported(config);
    const codec = parseModelFile(file);
    const source = { name: 'm.safetensors', bytes: files.get('model.safetensors')! };
    const map = config.cell?.startsWith('rnn') ? { cell: config.cell } : {};
    const again = (await importModel(source, { codec, map })).file;
    const difference = largestDifference(
      logitsOf(again, Int32Array.from(blocks[0])).flatMap((row) => [...row]),
      logitsOf(file, Int32Array.from(blocks[0])).flatMap((row) => [...row]),
    );
    expect(difference).toBeLessThan(1e-5);
    if (config.cell === 'lstm-cifg') return;
    for (const [name, { data }] of codec.tensors) {
      expect(parseModelFile(again).tensors.get(name)!.data, name).toEqual(Float32Array.from(data));
    }
  });

  test('have the names and the bits of PyTorch', async () => {
    const { files } = await exported({ cell: 'gru', resetAfter: true, layers: 1 });
    const { tensors } = readSafetensors(files.get('model.safetensors')!);
    const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
    expect(shapes).toEqual({
      'encoder.weight': [14, 5],
      'rnn.weight_ih_l0': [18, 5],
      'rnn.weight_hh_l0': [18, 6],
      'rnn.bias_ih_l0': [18],
      'rnn.bias_hh_l0': [18],
      'decoder.weight': [14, 6],
      'decoder.bias': [14],
    });
    expect(
      tensors
        .get('rnn.bias_hh_l0')!
        .data.slice(0, 12)
        .every((x) => x === 0),
    ).toBe(true);
  });
});

test('what PyTorch has no module for is said', async () => {
  expect((await exported({ cell: 'lstm' })).notes).toEqual([]);
  expect((await exported({ cell: 'lstm', zoneout: 0.1 })).notes).toEqual([
    'Zoneout is its expectation, as in evaluation.',
    'load.py has a module for lstm with zoneout, because PyTorch has none; import does not read its weights.',
  ]);
  const { files } = await exported({ cell: 'mingru' });
  const source = { name: 'm.safetensors', bytes: files.get('model.safetensors')! };
  await expect(importModel(source)).rejects.toThrow(/no array has a name like rnn\.weight_ih_l0/);
});
