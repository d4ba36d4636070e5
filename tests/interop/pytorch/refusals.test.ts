import { describe, expect, test } from 'vitest';
import type { UnrolledError } from '../../../src/errors.ts';
import type { NamedArray } from '../../../src/formats/named-array.ts';
import { writeSafetensors } from '../../../src/formats/safetensors.ts';
import { importModel } from '../../../src/interop/import-model.ts';
import { ImportOptionError } from '../../../src/interop/importer.ts';
import { networkOfArrays } from '../../../src/interop/pytorch/state-dict/network-of-arrays.ts';
import { codecOfTokens } from '../../../src/interop/vocabulary/codec-of-tokens.ts';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { randomModelFile, takesAll } from '../../support/interop.ts';
import { mutations } from '../../support/mutations.ts';

type Shapes = Readonly<Record<string, readonly number[] | null>>;

/** V = 4, D = 3, H = 2. */
const lstm: Shapes = {
  'encoder.weight': [4, 3],
  'rnn.weight_ih_l0': [8, 3],
  'rnn.weight_hh_l0': [8, 2],
  'rnn.bias_ih_l0': [8],
  'rnn.bias_hh_l0': [8],
  'decoder.weight': [4, 2],
  'decoder.bias': [4],
};

/** Arrays of these shapes, no two of the same numbers. */
function arraysOf(shapes: Shapes): Map<string, NamedArray & { dtype: 'F32' }> {
  const names = Object.entries(shapes).filter(([, shape]) => shape !== null);
  return new Map(
    names.map(([name, shape], i) => {
      const size = shape!.reduce((product, n) => product * n, 1);
      return [
        name,
        { dtype: 'F32', shape: shape!, data: Float32Array.from({ length: size }, (_, k) => i + k / 8) },
      ];
    }),
  );
}

const codec = codecOfTokens([...'abcd']);

function imported(change: Shapes, map: Readonly<Record<string, string>> = {}) {
  const bytes = writeSafetensors(arraysOf({ ...lstm, ...change }));
  return importModel({ name: 'm.safetensors', bytes }, { map, codec });
}

async function errorOf(work: Promise<unknown>): Promise<UnrolledError> {
  return await work.then(
    () => expect.unreachable('the import succeeded'),
    (error) => error,
  );
}

const rnn = {
  'rnn.weight_ih_l0': [2, 3],
  'rnn.weight_hh_l0': [2, 2],
  'rnn.bias_ih_l0': [2],
  'rnn.bias_hh_l0': [2],
};

describe('what has no equal here is refused by the name of the array', () => {
  test.each<[string, Shapes, RegExp]>([
    [
      'a bidirectional module',
      { 'rnn.weight_ih_l0_reverse': [8, 3] },
      /"rnn.weight_ih_l0_reverse" belongs to a bidir/,
    ],
    ['a projection', { 'rnn.weight_hr_l0': [1, 2] }, /"rnn.weight_hr_l0" belongs to a projection/],
    ['a layer between', { 'proj.weight': [2, 2] }, /"proj.weight \(2, 2\)" has no equal here/],
    [
      'a LayerNorm',
      { 'ln.weight': [2], 'ln.bias': [2] },
      /"ln.bias \(2\)", "ln.weight \(2\)" have no equal here/,
    ],
    [
      'a third layer without a second',
      { 'rnn.weight_ih_l2': [8, 2] },
      /"rnn.weight_ih_l2 \(8, 2\)" has no equal/,
    ],
    ['no recurrent module', { ...names(lstm, 'rnn', null) }, /no array has a name like rnn.weight_ih_l0/],
    [
      'an LSTMCell',
      { ...names(lstm, 'rnn', null), 'cell.weight_ih': [8, 3] },
      /"cell.weight_ih" belongs to an RNNCell/,
    ],
    ['no embedding', { 'encoder.weight': null }, /no array is the embedding table; it must be \(V, 3\)/],
    [
      'no output layer',
      { 'decoder.weight': null },
      /no array is the weights of the output layer; it must be \(4, 2\)/,
    ],
    ['no hidden weights', { 'rnn.weight_hh_l0': null }, /lacks weight_ih_l0 or weight_hh_l0/],
    ['weights of 5 gates', { 'rnn.weight_ih_l0': [10, 3] }, /"rnn.weight_ih_l0" has the shape \(10, 3\)/],
    ['weights of 3 axes', { 'rnn.weight_ih_l0': [8, 3, 1] }, /"rnn.weight_ih_l0" has the shape \(8, 3, 1\)/],
    [
      'sizes that take no bytes',
      { 'encoder.weight': [2 ** 40, 0], 'rnn.weight_ih_l0': [8, 0] },
      /lacks weight_ih_l0 or weight_hh_l0/,
    ],
    ['weights of no units', { 'rnn.weight_hh_l0': [0, 0] }, /lacks weight_ih_l0 or weight_hh_l0/],
    [
      'a bias of another size',
      { 'rnn.bias_hh_l0': [4] },
      /"rnn.bias_hh_l0" has the shape \(4\); it must be \(8\)/,
    ],
    ['a second layer of another width', second(3, 2), /"rnn.weight_hh_l1" has 3 units; it must have 2/],
    [
      'a second layer that reads another width',
      second(2, 5),
      /"rnn.weight_ih_l1" reads 5 numbers; the layer below returns 2/,
    ],
  ])('%s', async (_, change, message) => {
    const error = await errorOf(imported(change));
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^m\.safetensors: /);
    expect(['file-foreign', 'weights']).toContain(error.code);
  });

  test('an embedding that max_norm changes', () => {
    const facts = { type: 'torch.nn.modules.sparse.Embedding', attributes: new Map([['max_norm', 2]]) };
    const stored = { arrays: arraysOf(lstm), modules: new Map([['encoder', facts]]), leftOut: [] };
    expect(() => networkOfArrays(stored, { map: {} }, 'm.pt')).toThrow(
      /m.pt: the embedding "encoder" has max_norm/,
    );
  });
});

describe('what could be more than one thing is refused with the candidates, and chosen by map', () => {
  test.each<[string, Shapes, Record<string, string>, RegExp]>([
    [
      'tanh or ReLU',
      rnn,
      { cell: 'rnn-relu' },
      /do not tell whether it uses tanh or ReLU.* map: \{ "cell": "rnn" \}.* "rnn-relu"/,
    ],
    [
      'two embeddings',
      { 'emb2.weight': [5, 3] },
      { embedding: 'encoder.weight', ignore: 'emb2' },
      /"emb2.weight", "encoder.weight"/,
    ],
    [
      'two outputs',
      { 'head.weight': [4, 2] },
      { output: 'decoder.weight', ignore: 'head.weight' },
      /"decoder.weight", "head.weight"/,
    ],
    [
      'two biases',
      { 'decoder.bias': null, 'a.bias': [4], 'b.bias': [4] },
      { 'output-bias': 'b.bias', ignore: 'a' },
      /"a.bias", "b.bias"/,
    ],
    [
      'two recurrent modules',
      { ...names(rnn, 'rnn', 'fwd'), ...names(rnn, 'rnn', 'lstm') },
      { rnn: 'rnn', ignore: 'fwd,lstm' },
      /"fwd", "lstm", "rnn" have no numbers.*"rnn": "fwd,lstm,rnn"/,
    ],
  ])('%s', async (_, change, map, message) => {
    const error = await errorOf(imported(change));
    expect(error).toBeInstanceOf(ImportOptionError);
    expect(error.message).toMatch(message);
    await imported(change, map);
  });

  test('a stored module tells its nonlinearity', () => {
    const facts = { type: 'torch.nn.modules.rnn.RNN', attributes: new Map([['mode', 'RNN_RELU']]) };
    const stored = { arrays: arraysOf({ ...lstm, ...rnn }), modules: new Map([['rnn', facts]]), leftOut: [] };
    expect(networkOfArrays(stored, { map: {} }, 'm.pt').network.cell).toBe('rnn-relu');
  });

  test.each<[Record<string, string>, RegExp]>([
    [
      { decoder: 'x' },
      /m.safetensors: map: \{ "decoder": "x" \} is no role of an array; the roles are embedding, rnn, cell/,
    ],
    [{ embedding: '' }, /"embedding": "" \} is no role of an array; it needs the embedding table/],
    [{ embedding: 'tok' }, /"tok" is not in the file; .*The file has "decoder.weight", "encoder.weight"/],
    [{ embedding: 'decoder.bias' }, /"decoder.bias" has the shape \(4\)/],
    [{ embedding: 'decoder.weight' }, /has the shape \(4, 2\), which does not fit/],
    [{ 'output-bias': 'rnn.bias_ih_l0' }, /"rnn.bias_ih_l0" has 8 numbers/],
    [{ cell: 'gru' }, /does not fit the number of gates; it must be lstm/],
    [{ rnn: 'gru' }, /names no recurrent module; it must be one of "rnn"/],
    [{ ignore: 'nothing' }, /names no array/],
  ])('map %o is refused', async (map, message) => {
    expect((await errorOf(imported({}, map))).message).toMatch(message);
  });
});

test('one matrix of the embedding width is both ends', async () => {
  const square = { 'encoder.weight': [4, 2], 'rnn.weight_ih_l0': [8, 2], 'decoder.weight': null };
  const { file, mapped } = await imported(square);
  expect(parseModelFile(file).config.tied).toBe(true);
  expect(mapped).toContainEqual({ from: 'decoder.bias', shape: [4], to: ['affine.b'] });
});

test('a model of ours, and a file without a vocabulary, are refused', async () => {
  const bytes = randomModelFile();
  expect((await errorOf(importModel({ name: 'm', bytes }))).message).toMatch(/is a file of Unrolled already/);
  const missing = await errorOf(importModel({ name: 'm', bytes: writeSafetensors(arraysOf(lstm)) }));
  expect(missing).toMatchObject({
    code: 'vocabulary',
    message: expect.stringContaining('Pass them with codec.'),
  });
});

test('damaged files are refused or become a model', async () => {
  const file = writeSafetensors(arraysOf(lstm), { format: 'pt' });
  for (const bytes of mutations(file, takesAll ? 5000 : 300, 17)) {
    const { file: model } = await importModel({ name: 'm', bytes }, { codec, format: 'safetensors' }).catch(
      (error) => {
        if (error.name !== 'UnrolledError') throw error;
        return { file: null };
      },
    );
    if (model) parseModelFile(model);
  }
});

/** The arrays of a module under another name; null removes them. */
function names(shapes: Shapes, module: string, to: string | null): Shapes {
  const own = Object.entries(shapes).filter(([name]) => name.startsWith(`${module}.`));
  return Object.fromEntries(
    own.map(([name, shape]) => (to === null ? [name, null] : [to + name.slice(module.length), shape])),
  );
}

/** A second LSTM layer. */
function second(units: number, reads: number): Shapes {
  return {
    'rnn.weight_ih_l1': [4 * units, reads],
    'rnn.weight_hh_l1': [4 * units, units],
    'decoder.weight': [4, units],
  };
}
