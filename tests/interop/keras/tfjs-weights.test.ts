import { expect, test } from 'vitest';
import { importModel } from '../../../src/interop/import-model.ts';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { codecOf, golden, type ModelJson, tfjsFile } from './support.ts';

const codec = codecOf(7);
const bytes = golden('tfjs/model.weights.bin');
const weightsOf = async (file: Parameters<typeof importModel>[0]) =>
  parseModelFile((await importModel(file, { codec })).file).tensors;

test('weights in several files, cut anywhere, are those of one file', async () => {
  const parts = new Map([
    ['a', bytes.slice(0, 101)],
    ['b', bytes.slice(101)],
  ]);
  const file = tfjsFile((json) => {
    json.weightsManifest[0].paths = ['a', 'b'];
  });
  const sibling = async (name: string) => parts.get(name) ?? null;
  expect(await weightsOf({ ...file, sibling })).toEqual(await weightsOf(tfjsFile()));
});

test.each([
  { quantization: { dtype: 'uint8', scale: 0.5, min: -2 }, stored: [0, 3, 255], numbers: [-2, -0.5, 125.5] },
  { quantization: { dtype: 'uint16', scale: 2, min: 1 }, stored: [1, 0, 0, 1, 0, 0], numbers: [3, 513, 1] },
  { quantization: { dtype: 'float16' }, stored: [0, 0x3c, 0, 0xc0, 1, 0], numbers: [1, -2, 2 ** -24] },
])('numbers quantised to $quantization.dtype', async ({ quantization, stored, numbers }) => {
  const size = (21 * stored.length) / 3;
  const quantised = new Uint8Array(size + bytes.length - 84);
  quantised.set(stored);
  quantised.set(bytes.subarray(84), size);
  const file = tfjsFile(
    (json) => Object.assign(json.weightsManifest[0].weights[0], { quantization }),
    quantised,
  );
  const { data } = (await weightsOf(file)).get('embedding.W')!;
  expect([...data.subarray(0, 3)]).toEqual(numbers);
});

const manifest = (change: (group: ModelJson['weightsManifest'][number]) => void) =>
  tfjsFile((json) => change(json.weightsManifest[0]));

test.each([
  [
    'a name that leaves the folder',
    manifest((group) => Object.assign(group, { paths: ['../secret.bin'] })),
    /"\.\.\/secret\.bin"/,
  ],
  [
    'an absolute name',
    manifest((group) => Object.assign(group, { paths: ['/etc/passwd'] })),
    /"\/etc\/passwd"/,
  ],
  [
    'a missing file',
    manifest((group) => Object.assign(group, { paths: ['other.bin'] })),
    /"other\.bin" with weights is missing/,
  ],
  [
    'a file named twice',
    manifest((group) => Object.assign(group, { paths: ['model.weights.bin', 'model.weights.bin'] })),
    /twice/,
  ],
  [
    'a shape that lies',
    manifest((group) => Object.assign(group.weights[0], { shape: [2 ** 26, 2 ** 26] })),
    /have 1040 bytes/,
  ],
  [
    'a negative shape',
    manifest((group) => Object.assign(group.weights[0], { shape: [-7, 3] })),
    /needs name, shape and dtype/,
  ],
  [
    'a text',
    manifest((group) => Object.assign(group.weights[0], { dtype: 'string' })),
    /has the type "string"/,
  ],
  [
    'weights of one name',
    manifest((group) => Object.assign(group.weights[2], { name: group.weights[1].name })),
    /twice/,
  ],
  [
    'an unknown quantization',
    manifest((group) => Object.assign(group.weights[0], { quantization: { dtype: 'uint8' } })),
    /scale and min/,
  ],
  [
    'deep nesting',
    { ...tfjsFile(), bytes: Buffer.from(`{"modelTopology":${'['.repeat(1e5)}`) },
    /nested deeper/,
  ],
  ['NaN in JSON', { ...tfjsFile(), bytes: Buffer.from('{"modelTopology":NaN}') }, /not JSON/],
  [
    'a graph model',
    { ...tfjsFile(), bytes: Buffer.from('{"format":"graph-model","modelTopology":{}}') },
    /"layers-model"/,
  ],
])('%s: refused', async (_, file, says) => {
  const call = importModel(file, { codec });
  await expect(call).rejects.toMatchObject({ name: 'UnrolledError', message: expect.stringMatching(says) });
});

test('a file that several groups of weights name is refused before it is read for each', async () => {
  const file = tfjsFile(({ weightsManifest: groups }) => {
    const [{ paths, weights }] = groups;
    groups.push({ paths, weights: weights.map((weight) => ({ ...weight, name: `${weight.name}_2` })) });
  });
  await expect(importModel(file, { codec })).rejects.toThrow(/names a file twice/);
});
