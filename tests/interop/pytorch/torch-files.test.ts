import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { UnrolledError } from '../../../src/errors.ts';
import { writeZip } from '../../../src/interop/archive/zip-writer.ts';
import { importModel } from '../../../src/interop/import-model.ts';
import { readTorchFile } from '../../../src/interop/pytorch/file/read-file.ts';
import { codecOfTokens } from '../../../src/interop/vocabulary/codec-of-tokens.ts';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { takesAll } from '../../support/interop.ts';
import { mutations } from '../../support/mutations.ts';

const golden = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../golden/interop/${name}`, import.meta.url)));
const read = (bytes: Uint8Array) => readTorchFile(bytes, 'm.pt');

describe.each(['tensors.pt', 'tensors-legacy.pt'])('%s', (name) => {
  /** The numbers of the recipe: (4, 6), all of them exact in each type. */
  const at = (r: number, c: number) => (6 * r + c) / 8 - 1;
  const grid = (R: number, C: number, of: (r: number, c: number) => number) =>
    Array.from({ length: R * C }, (_, i) => of(Math.floor(i / C), i % C));

  test('has the numbers of each type and view', async () => {
    const { arrays, leftOut } = await read(golden(name));
    const numbers = Object.fromEntries([...arrays].map(([key, { data }]) => [key, [...data]]));
    const whole = grid(4, 6, at);
    expect(numbers).toEqual({
      ...{ float32: whole, float64: whole, float16: whole, bfloat16: whole },
      transposed: grid(6, 4, (r, c) => at(c, r)),
      columns: grid(4, 2, (r, c) => at(r, c + 1)),
      rows: grid(2, 6, (r, c) => at(r + 1, c)),
      three: Array.from({ length: 24 }, (_, i) => whole[(i % 6) * 4 + Math.floor(i / 6)]),
      ...{ number: [1.5], empty: [], 'encoder.weight': whole, 'decoder.weight': whole },
    });
    expect(arrays.get('three')!.shape).toEqual([4, 2, 3]);
    expect(arrays.get('float64')!.dtype).toBe('F64');
    expect(leftOut.map((one) => one.reason)).toEqual([
      'int64, not floating-point numbers',
      'bool, not floating-point numbers',
    ]);
  });

  test('two names of the same memory have the same array', async () => {
    const { arrays } = await read(golden(name));
    expect(arrays.get('encoder.weight')).toBe(arrays.get('decoder.weight'));
    expect(arrays.get('float32')).not.toBe(arrays.get('rows'));
  });
});

test('the model of a checkpoint is under its key; the optimizer and the settings are left out', async () => {
  const { arrays, leftOut } = await read(golden('checkpoint.pt'));
  expect([...arrays.keys()]).toEqual(['weight_ih_l0', 'weight_hh_l0', 'bias_ih_l0', 'bias_hh_l0']);
  expect(leftOut.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
    'epoch: a number, no part of the model',
    'optimizer_state_dict: a dict, no part of the model',
    'args: an object of argparse.Namespace, no part of the model',
  ]);
});

test('a sparse tensor is refused by its kind', async () => {
  await expect(read(golden('sparse.pt'))).rejects.toMatchObject({
    code: 'file-foreign',
    message: expect.stringMatching(/has a sparse tensor; it must have dense ones/),
  });
});

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** What a file says of its only tensor `w`. */
interface Claims {
  readonly storage?: string;
  readonly count?: number;
  readonly offset?: number;
  readonly shape?: readonly number[];
  readonly strides?: readonly number[];
  /** In bytes. */
  readonly stored?: number;
}

const tuple = (numbers: readonly number[]) => `(${numbers.map((n) => `I${n}\n`).join('')}t`;

function fileOf({ storage = 'torch\nFloatStorage', count = 6, offset = 0, ...rest }: Claims): Uint8Array {
  const { shape = [2, 3], strides = [3, 1], stored = 24 } = rest;
  const id = `(S'storage'\nc${storage}\nS'0'\nS'cpu'\nI${count}\ntQ`;
  const tensor = `ctorch._utils\n_rebuild_tensor_v2\n(${id}I${offset}\n${tuple(shape)}${tuple(strides)}I00\nNtR`;
  return writeZip(
    new Map([
      ['m/data.pkl', latin1(`}S'w'\n${tensor}s.`)],
      ['m/data/0', new Uint8Array(stored)],
    ]),
  );
}

test('the file that the next test changes is read', async () => {
  expect((await read(fileOf({}))).arrays.get('w')!.shape).toEqual([2, 3]);
});

test.each<[string, Claims, RegExp]>([
  ['a shape larger than its storage', { shape: [2, 4], strides: [4, 1] }, /larger than its storage/],
  ['an offset beyond it', { offset: 1 }, /larger than its storage/],
  ['strides beyond it', { strides: [4, 1] }, /larger than its storage/],
  ['a huge shape', { shape: [2 ** 31, 2 ** 31], strides: [1, 1] }, /larger than its storage/],
  ['one number as many', { shape: [1000, 1000], strides: [0, 0] }, /larger than its storage/],
  ['a negative offset', { offset: -1 }, /no valid storage, offset, shape/],
  ['negative strides', { strides: [-3, 1] }, /no valid storage, offset, shape/],
  ['fewer strides than axes', { strides: [1] }, /no valid storage, offset, shape/],
  ['a storage shorter than it claims', { stored: 20 }, /its storage has 20 bytes; it must have 24/],
  [
    'a claim of much memory',
    { count: 2 ** 40, shape: [2 ** 20, 2 ** 20], strides: [2 ** 20, 1] },
    /times|must have/,
  ],
  ['an unknown type', { storage: 'torch\nComplexFloatStorage' }, /ComplexFloatStorage/],
  ['a storage that is a function', { storage: 'os\nsystem' }, /os.system/],
])('%s is refused', async (_, claims, says) => {
  await expect(read(fileOf(claims))).rejects.toThrow(says);
  await expect(read(fileOf(claims))).rejects.toThrow(UnrolledError);
});

/** A file with the same pickle for each of these formats: whole, zip, and the older one. */
const withPickle = (pickle: string): readonly Uint8Array[] => [
  latin1(pickle),
  writeZip(new Map([['m/data.pkl', latin1(pickle)]])),
  latin1(`\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}.${pickle}].`),
];

test.each([
  [
    'a call of os.system',
    "\x80\x02cos\nsystem\n(S'touch pwned'\ntR.",
    /calls os\.system, which was not executed/,
  ],
  [
    'a module that contains itself',
    "\x80\x02cm\nM\n)\x81q\0}(S'_modules'\n}(S'a'\nh\0uub.",
    /nested 64 deep/,
  ],
  ['no model', '\x80\x02}(S"a"\nK\x01u.', /holds a dict of "a"; it must hold a state dict/],
  ['a number', '\x80\x02K\x01.', /holds a number/],
  ['a TorchScript object', '\x80\x02c__torch__\nM\n)\x81}b.', /holds an object of __torch__.M/],
])('%s is refused in each format', async (_, pickle, says) => {
  for (const bytes of withPickle(pickle)) await expect(read(bytes)).rejects.toThrow(says);
});

test('modules that share a module many times over are refused, not listed without end', async () => {
  const module = (inner: string) => `cm\nM\n)\x81}(S'_parameters'\n}S'_modules'\n}(${inner}uub`;
  let pickle = `${module('')}q\0`;
  for (let i = 0; i < 40; i++)
    pickle = `${pickle}0${module(`S'a'\nh${String.fromCharCode(i)}S'b'\nh${String.fromCharCode(i)}`)}q${String.fromCharCode(i + 1)}`;
  await expect(read(latin1(`\x80\x02${pickle}.`))).rejects.toThrow(/more than 20000/);
});

const codec = codecOfTokens(['<eos>', '<unk>', 'aa', 'bb', 'cc', 'dd', 'ee']);

test.each(['module-tied-new.pt', 'module-rnn-relu-new.pt', 'module-lstm-0.3.pt'])(
  'mutated %s is refused or gives a model that can be read',
  async (name) => {
    for (const bytes of mutations(golden(name), takesAll ? 5000 : 100, 17)) {
      try {
        const { file } = await importModel({ name, bytes }, { format: 'pytorch', codec });
        parseModelFile(file);
      } catch (error) {
        if (!(error instanceof UnrolledError)) throw error;
      }
    }
  },
);
