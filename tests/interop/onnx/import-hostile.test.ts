import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { UnrolledError } from '../../../src/errors.ts';
import { exportModel } from '../../../src/interop/export-model.ts';
import { importModel } from '../../../src/interop/import-model.ts';
import type { GraphProto, NodeProto } from '../../../src/interop/onnx/messages.ts';
import { decodeMessage } from '../../../src/interop/onnx/protobuf/decode.ts';
import { encodeMessage } from '../../../src/interop/onnx/protobuf/encode.ts';
import { modelProto } from '../../../src/interop/onnx/schema.ts';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { randomModelFile, takesAll } from '../../support/interop.ts';
import { mutations } from '../../support/mutations.ts';

const goldens = JSON.parse(
  readFileSync(new URL('../../golden/interop/onnx-from-pytorch.json', import.meta.url), 'utf8'),
) as readonly { readonly file: string }[];

/** A graph with loops, one with metadata, and those of PyTorch's exporters. */
const files = [
  ...(await Promise.all((['mingru', 'gru'] as const).map(exported))),
  ...goldens.map(({ file }) => new Uint8Array(Buffer.from(file, 'base64'))),
];

async function exported(cell: 'mingru' | 'gru'): Promise<Uint8Array> {
  const model = randomModelFile({ cell, layers: 1, embeddingSize: 2, hiddenSize: 3 });
  return (await exportModel(model, { to: 'onnx' })).files.get('model.onnx')!;
}

const count = Math.ceil((takesAll ? 5000 : 300) / files.length / 2);

async function isRefusedOrRight(bytes: Uint8Array): Promise<'refused' | 'read'> {
  try {
    const { file } = await importModel({ name: 'it.onnx', bytes, sibling: async () => null });
    parseModelFile(file);
    return 'read';
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    // The goldens have no vocabulary: all else is right.
    return error.code === 'vocabulary' ? 'read' : 'refused';
  }
}

test('files with changed bytes are refused or read', async () => {
  const results = new Set<string>();
  for (const [i, file] of files.entries()) {
    for (const bytes of mutations(file, count, 17 + i)) results.add(await isRefusedOrRight(bytes));
  }
  expect(results).toEqual(new Set(['refused', 'read']));
}, 600_000);

test('graphs with changed nodes and sizes are refused or read', async () => {
  const results = new Set<string>();
  for (const [seed, file] of files.entries()) {
    const model = decodeMessage(modelProto, file, 'it');
    const below = generator(seed + 1);
    for (let i = 0; i < count; i++) {
      let graph = model.graph!;
      for (let changes = 1 + below(2); changes > 0; changes--) graph = ways[below(ways.length)](graph, below);
      results.add(await isRefusedOrRight(encodeMessage(modelProto, { ...model, graph })));
    }
  }
  expect(results).toEqual(new Set(['refused', 'read']));
}, 600_000);

/** A graph of a chain of nodes from the initializer `w`. */
function chain(
  opType: string,
  tensors: GraphProto['initializer'],
  more: readonly string[],
  attribute: NodeProto['attribute'] = [],
): Uint8Array {
  const node = Array.from({ length: 2000 }, (_, i) => ({
    opType,
    input: [i === 0 ? 'w' : `x${i}`, ...more],
    output: [`x${i + 1}`],
    attribute,
  }));
  const graph = { node, initializer: tensors!, output: [{ name: 'x2000' }] };
  return encodeMessage(modelProto, { opsetImport: [{ version: 17 }], graph });
}

const numbers = (length: number) => ({
  name: 'w',
  dims: [length],
  dataType: 1,
  rawData: new Uint8Array(4 * length),
});
const list = (length: number, value: (i: number) => number) => {
  return { name: 'list', dims: [length], dataType: 7, int64Data: Array.from({ length }, (_, i) => value(i)) };
};

test.each<[string, Uint8Array, RegExp]>([
  [
    'copies of a constant',
    chain('Cast', [numbers(50_000)], [], [{ name: 'to', type: 2, i: 11 }]),
    /more than \d+ numbers of constants/,
  ],
  [
    'axes that add up',
    chain('Unsqueeze', [numbers(1), list(40, (i) => i)], ['list']),
    /Unsqueeze "x2" makes too many axes/,
  ],
  [
    'a list of many axes',
    chain('Unsqueeze', [numbers(1), list(20_000, (i) => i)], ['list']),
    /computed by Unsqueeze "x1"/,
  ],
  [
    'a shape of many axes',
    chain('Reshape', [numbers(1), list(20_000, () => 1)], ['list']),
    /computed by Reshape "x1"/,
  ],
  [
    'a tensor of many axes',
    chain('Transpose', [{ ...numbers(1), dims: Array(65).fill(1) }], []),
    /"w" has 65 axes/,
  ],
])('%s: small graphs that need much memory or time are refused', async (_, bytes, says) => {
  await expect(importModel({ name: 'it.onnx', bytes })).rejects.toThrow(says);
});

test('layers that share their weights are refused before these are copied for each', async () => {
  const weight = (name: string, ...dims: readonly number[]) => ({ ...numbers(1024), name, dims });
  const layers = Array.from({ length: 500 }, (_, i): NodeProto[] => [
    {
      opType: 'RNN',
      input: [`x${i}`, 'W', 'W'],
      output: [`y${i}`],
      attribute: [{ name: 'hidden_size', type: 2, i: 32 }],
    },
    { opType: 'Squeeze', input: [`y${i}`, 'axis'], output: [`x${i + 1}`] },
  ]);
  const dim = ['T', 'N'].map((dimParam) => ({ dimParam }));
  const graph: GraphProto = {
    input: [{ name: 'ids', type: { tensorType: { elemType: 7, shape: { dim } } } }],
    initializer: [weight('table', 32, 32), weight('W', 1, 32, 32), { ...list(1, () => 1), name: 'axis' }],
    node: [
      { opType: 'Gather', input: ['table', 'ids'], output: ['x0'] },
      ...layers.flat(),
      { opType: 'MatMul', input: ['x500', 'table'], output: ['logits'] },
    ],
    output: [{ name: 'logits' }],
  };
  const bytes = encodeMessage(modelProto, { opsetImport: [{ version: 17 }], graph });
  await expect(importModel({ name: 'it.onnx', bytes })).rejects.toThrow(/more than \d+ numbers of constants/);
});

test('metadata is taken as far as its meaning is known, and the rest is left out by name', async () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const metadata = [
    ['recipe', '{"lr":0.5,"file":"/home/me/text.txt"}'],
    ['results', deep],
    ['generation_config', `{"temperature":${deep}}`],
  ];
  const model = decodeMessage(modelProto, await exported('gru'), 'it');
  const metadataProps = [...model.metadataProps!, ...metadata.map(([key, value]) => ({ key, value }))];
  const { file, leftOut } = await importModel({
    name: 'it.onnx',
    bytes: encodeMessage(modelProto, { ...model, metadataProps }),
  });
  expect(parseModelFile(file)).toMatchObject({ recipe: { lr: 0.5 }, results: null });
  expect(leftOut.map(({ name }) => name)).toEqual(['generation_config', 'recipe.file', 'results']);
});

type Below = (limit: number) => number;

/** Integers from 0 to below a limit (Park and Miller's generator). */
function generator(seed: number): Below {
  let state = seed * 7919;
  return (limit) => {
    state = (state * 48271) % 2147483647;
    return state % limit;
  };
}

const sizes = [0, 1, 2, 3, -1, 7, 2 ** 20, 2 ** 40];

/** Changes of a node, or of a tensor, that keep the encoding valid. */
const ways: readonly ((graph: GraphProto, below: Below) => GraphProto)[] = [
  (graph, below) => {
    const names = graph.node!.flatMap(({ input = [] }) => input);
    return withNode(graph, below, (node) => {
      const input = node.input ?? [];
      return {
        ...node,
        input: input.length === 0 ? [] : input.with(below(input.length), names[below(names.length)]),
      };
    });
  },
  (graph, below) => withNode(graph, below, (node) => ({ ...node, input: node.input?.toReversed() ?? [] })),
  (graph, below) => withNode(graph, below, (node) => ({ ...node, attribute: [] })),
  (graph, below) =>
    withNode(graph, below, (node) => {
      const values = Array.from({ length: below(4) }, () => sizes[below(sizes.length)]);
      return {
        ...node,
        attribute: node.attribute?.map((one) => ({ ...one, i: values[0] ?? 0, ints: values })) ?? [],
      };
    }),
  (graph, below) => {
    const { opType = '' } = graph.node![below(graph.node!.length)];
    return withNode(graph, below, (node) => ({ ...node, opType }));
  },
  (graph, below) => ({ ...graph, node: graph.node!.toSpliced(below(graph.node!.length), 1) }),
  (graph, below) =>
    withTensor(graph, below, (dims) => dims.with(below(dims.length), sizes[below(sizes.length)])),
  (graph, below) => withTensor(graph, below, (dims) => dims.toReversed()),
];

function withNode(graph: GraphProto, below: Below, change: (node: NodeProto) => NodeProto): GraphProto {
  const at = below(graph.node!.length);
  return { ...graph, node: graph.node!.with(at, change(graph.node![at])) };
}

function withTensor(graph: GraphProto, below: Below, change: (dims: number[]) => number[]): GraphProto {
  const at = below(graph.initializer!.length);
  const tensor = graph.initializer![at];
  const dims = Array.from(tensor.dims ?? []);
  if (dims.length === 0) return graph;
  return { ...graph, initializer: graph.initializer!.with(at, { ...tensor, dims: change(dims) }) };
}
