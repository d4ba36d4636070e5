import { describe, expect, it } from 'vitest';
import { exportModel } from '../../../src/interop/export-model.ts';
import { importModel } from '../../../src/interop/import-model.ts';
import type { GraphProto, ModelProto, NodeProto, TensorProto } from '../../../src/interop/onnx/messages.ts';
import { decodeMessage } from '../../../src/interop/onnx/protobuf/decode.ts';
import { encodeMessage } from '../../../src/interop/onnx/protobuf/encode.ts';
import { modelProto } from '../../../src/interop/onnx/schema.ts';
import type { RecurrentConfig } from '../../../src/models/config.ts';
import { randomModelFile } from '../../support/interop.ts';

/** The graph of an exported model of one layer, D=5 and H=6. */
async function exported(config: Partial<RecurrentConfig>): Promise<ModelProto> {
  const { files } = await exportModel(randomModelFile({ layers: 1, ...config }), { to: 'onnx' });
  return decodeMessage(modelProto, files.get('model.onnx')!, 'model.onnx');
}

const lstm = await exported({ cell: 'lstm' });
const mingru = await exported({ cell: 'mingru' });

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const floats = (name: string, ...dims: readonly number[]): TensorProto => {
  const size = dims.reduce((product, n) => product * n, 1);
  return { name, dims, dataType: 1, floatData: Float32Array.from({ length: size }, () => 0.5) };
};
const integers = (name: string, ...values: readonly number[]): TensorProto => {
  return { name, dims: [values.length], dataType: 7, int64Data: values };
};

type Change = (graph: GraphProto) => GraphProto;

/** The node of an operator with other members. */
const node = (opType: string, change: (node: NodeProto) => NodeProto): Change => {
  return (graph) => ({
    ...graph,
    node: graph.node!.map((one) => (one.opType === opType ? change(one) : one)),
  });
};

/** The recurrent node with another input, made by further nodes or initializers. */
const input = (index: number, name: string, more: GraphProto = {}): Change => {
  return (graph) => {
    const padded = (one: NodeProto) =>
      Array.from({ length: Math.max(one.input!.length, index + 1) }, (_, i) => one.input![i] ?? '');
    const changed = node('LSTM', (one) => ({ ...one, input: padded(one).with(index, name) }))(graph);
    return withMore(changed, more);
  };
};

const withMore = (graph: GraphProto, { node: nodes = [], initializer = [] }: GraphProto): GraphProto => ({
  ...graph,
  node: [...nodes, ...graph.node!],
  initializer: [...initializer, ...graph.initializer!],
});

const attribute = (name: string, value: object): Change =>
  node('LSTM', (one) => ({ ...one, attribute: [...one.attribute!, { name, ...value }] }));

/** A node between the last recurrent layer and the output layer. */
const between = (opType: string, more: Partial<NodeProto> = {}): Change => {
  return (graph) => ({
    ...graph,
    node: graph.node!.flatMap((one) => {
      if (one.opType !== 'MatMul') return [one];
      const [below, ...weights] = one.input!;
      const added = { opType, name: 'mid', input: [below], output: ['between'], ...more };
      return [added, { ...one, input: ['between', ...weights] }];
    }),
  });
};

const tensor = (name: string, more: TensorProto): Change => {
  return (graph) => ({
    ...graph,
    initializer: graph.initializer!.map((one) => (one.name === name ? { ...one, ...more } : one)),
  });
};

const refusal = (change: (model: ModelProto) => ModelProto, model: ModelProto = lstm): Promise<unknown> => {
  const bytes = encodeMessage(modelProto, change(model));
  return importModel({
    name: 'model.onnx',
    bytes,
    sibling: async (name) => (name === 'w.bin' ? new Uint8Array(8) : null),
  });
};

const ofGraph = (change: Change): ((model: ModelProto) => ModelProto) => {
  return (model) => ({ ...model, graph: change(model.graph!) });
};

describe('importModel of ONNX', () => {
  it.each<[string, Change, string]>([
    ['a reverse layer', attribute('direction', { s: utf8('reverse') }), 'has the direction reverse'],
    [
      'two directions',
      attribute('direction', { s: utf8('bidirectional') }),
      'has the direction bidirectional',
    ],
    ['clipping', attribute('clip', { f: 3 }), 'clips its gates'],
    ['coupled gates', attribute('input_forget', { i: 1 }), 'has input_forget'],
    [
      'other activations',
      attribute('activations', { strings: ['HardSigmoid', 'Tanh', 'Tanh'].map(utf8) }),
      'has the activations HardSigmoid',
    ],
    ['sequence lengths', input(4, 'n', { initializer: [integers('n', 3)] }), 'has sequence_lens'],
    [
      'an initial state that is not zeros',
      input(5, 'h', { initializer: [floats('h', 1, 1, 6)] }),
      'has initial_h that is neither',
    ],
    ['peepholes', input(7, 'p', { initializer: [floats('p', 1, 18)] }), 'has peepholes'],
    ['weights of another type', tensor('rnn.0.W', { dataType: 3 }), 'has W that is not stored'],
    [
      'weights that are computed',
      input(1, 'w', { node: [{ opType: 'Sin', input: ['rnn.0.W'], output: ['w'] }] }),
      'has W that is not stored',
    ],
    [
      'another operator',
      between('Attention', { domain: 'com.microsoft' }),
      'com.microsoft.Attention "mid" computes what',
    ],
    [
      'a projection',
      between('MatMul', { input: ['rnn.0.hs', 'affine.W'] }),
      'multiplies the result of an output layer by weights',
    ],
    [
      'a dropout that is on',
      (graph) =>
        withMore(between('Dropout', { input: ['rnn.0.hs', '', 'on'] })(graph), {
          initializer: [integers('on', 1)],
        }),
      'Dropout "mid" drops numbers at random, as in training; it must be off, as after model.eval()',
    ],
    ['a residual sum', between('Add', { input: ['rnn.0.hs', 'rnn.0.hs'] }), 'adds to what has no bias'],
    [
      'a part of the units',
      between('Slice', {
        attribute: [
          { name: 'starts', ints: [0] },
          { name: 'ends', ints: [3] },
          { name: 'axes', ints: [2] },
        ],
      }),
      'Slice "mid" computes what',
    ],
    [
      'a transposition of units',
      between('Transpose', { attribute: [{ name: 'perm', ints: [0, 2, 1] }] }),
      'has not 6 units on its last axis',
    ],
    [
      'ids that are computed',
      node('Gather', (one) => ({ ...one, input: ['embedding.W', 'twice'] })),
      'reads "twice", which nothing',
    ],
    ['a loop of others', node('LSTM', (one) => ({ ...one, opType: 'Scan' })), 'rnn.0.Wx (5, 24) is missing'],
    [
      'an output that is no logits',
      (graph) => ({ ...graph, output: [{ name: 'rnn.0.hs' }] }),
      'the output "rnn.0.hs" is not the result of an output layer',
    ],
  ])('refuses %s', async (_, change, what) => {
    await expect(refusal(ofGraph(change))).rejects.toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^(file-|weights$)/),
        message: expect.stringContaining(what),
      }),
    );
  });

  /** x·x·…: 2^60 factors. */
  const squares = Array.from({ length: 60 }, (_, i): NodeProto => {
    const below = i === 0 ? 'sizes' : `s${i - 1}`;
    return { opType: 'Mul', input: [below, below], output: [`s${i}`] };
  });
  const squared = { node: [{ opType: 'Shape', input: ['ids'], output: ['sizes'] }, ...squares] };

  const doubling = Array.from({ length: 40 }, (_, i): NodeProto => {
    const below = i === 0 ? 'rnn.0.W' : `w${i - 1}`;
    return {
      opType: 'Concat',
      input: [below, below],
      output: [`w${i}`],
      attribute: [{ name: 'axis', i: 0 }],
    };
  });

  it.each<[string, Change, string]>([
    [
      'a cycle',
      node('Gather', (one) => ({ ...one, input: ['embedding.W', 'logits'] })),
      'reads "logits", which nothing before it defines',
    ],
    [
      'two outputs of one name',
      node('MatMul', (one) => ({ ...one, output: ['embedded'] })),
      '"embedded" is defined twice',
    ],
    [
      'sizes that lie',
      tensor('rnn.0.W', { dims: [1, 24, 6] }),
      'has data for 120 numbers; it needs as many as its shape, 144',
    ],
    ['huge sizes', tensor('rnn.0.W', { dims: [2 ** 40, 2 ** 40] }), 'has data for 120 numbers'],
    ['negative sizes', tensor('rnn.0.W', { dims: [-1, -24, 5] }), 'has data for 120 numbers'],
    [
      'weights of other units',
      tensor('rnn.0.R', { dims: [1, 18, 8] }),
      'of shapes (1, 24, 5), (1, 18, 8), (1, 48)',
    ],
    ['constants that grow', input(1, 'w39', { node: doubling }), 'numbers of constants'],
    [
      'an order that is none',
      between('Transpose', { attribute: [{ name: 'perm', ints: [0, 0, 2] }] }),
      'orders 3 axes by (0, 0, 2)',
    ],
    [
      'sizes that grow',
      (graph) => withMore(between('Reshape', { input: ['rnn.0.hs', 's59'] })(graph), squared),
      'Reshape "mid" computes what',
    ],
    ['no output', (graph) => ({ ...graph, output: [] }), 'the graph has no output'],
    ['data outside the folder', external('../w.bin'), '"../w.bin"; the name must be a relative path'],
    ['data of the root', external('/w.bin'), '"/w.bin"; the name must be a relative path'],
    ['data that are not there', external('x.bin'), 'are in "x.bin", which is not there'],
    [
      'data beyond their file',
      external('w.bin', '4', '480'),
      'is 480 bytes at 4 of "w.bin"; that file has 8 bytes',
    ],
    ['an offset that is no number', external('w.bin', '-4', '8'), 'that file has 8 bytes'],
  ])('refuses %s', async (_, change, what) => {
    await expect(refusal(ofGraph(change))).rejects.toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^(file-|weights$)/),
        message: expect.stringContaining(what),
      }),
    );
  });

  it.each<[string, ModelProto, string]>([
    ['no graph', { ...lstm, graph: undefined as never }, 'the model has no graph'],
    ['no version', { ...lstm, opsetImport: [{ domain: 'com.microsoft', version: 1 }] }, 'names no version'],
    [
      'a vocabulary that is not JSON',
      { ...lstm, metadataProps: [...metadata('vocabulary', '[')] },
      '"vocabulary" is not JSON',
    ],
    [
      'another vocabulary',
      { ...lstm, metadataProps: metadata('vocabulary', '["<unk>"]') },
      'the vocabulary has 1 tokens',
    ],
    ['another config', { ...mingru, metadataProps: metadata('unrolled', '{}') }, 'vocabSize'],
    [
      'another cell in a loop',
      { ...mingru, graph: { ...mingru.graph, name: 'other' } },
      'a Scan that this version',
    ],
  ])('refuses %s', async (_, model, what) => {
    await expect(refusal((same) => same, model)).rejects.toThrow(what);
  });
});

function metadata(key: string, value: string): NonNullable<ModelProto['metadataProps']> {
  return lstm.metadataProps!.map((entry) => (entry.key === key ? { key, value } : entry));
}

function external(location: string, offset = '0', length = '8'): Change {
  const externalData = Object.entries({ location, offset, length }).map(([key, value]) => ({ key, value }));
  return tensor('rnn.0.W', { rawData: undefined as never, dataLocation: 1, externalData });
}
