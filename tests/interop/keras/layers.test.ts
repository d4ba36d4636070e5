import { expect, test } from 'vitest';
import { importModel } from '../../../src/interop/import-model.ts';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { codecOf, type LayerJson, type ModelJson, tfjsFile } from './support.ts';

const codec = codecOf(7);
const layersOf = (json: ModelJson) => json.modelTopology.config.layers;
const [EMBEDDING, BOTTOM, TOP, OUTPUT] = [0, 1, 2, 3];

/** A change of one argument of a layer. */
const set = (i: number, key: string, value: unknown) => (json: ModelJson) => {
  layersOf(json)[i].config[key] = value;
};

const insert =
  (i: number, class_name: string, config: Record<string, unknown> = {}) =>
  (json: ModelJson) => {
    layersOf(json).splice(i, 0, { class_name, config: { name: `a_${class_name}`, ...config } });
  };

const wrap = (i: number, class_name: string) => (json: ModelJson) => {
  const [layer] = layersOf(json).splice(i, 1);
  insert(i, class_name, { layer })(json);
};

const dense = (json: ModelJson) => layersOf(json)[OUTPUT].config.layer as LayerJson;

test.each([
  ['Bidirectional', wrap(BOTTOM, 'Bidirectional'), /"a_Bidirectional" \(Bidirectional\) has no equal here/],
  ['Conv1D', insert(1, 'Conv1D'), /"a_Conv1D" \(Conv1D\) has no equal here/],
  ['attention', insert(3, 'Attention'), /"a_Attention" \(Attention\) has no equal here/],
  ['a layer class that an object has', insert(1, 'constructor'), /\(constructor\) has no equal here/],
  ['two embeddings', insert(1, 'Embedding'), /"a_Embedding" \(Embedding\) comes here/],
  ['two dense layers', insert(4, 'Dense'), /"a_Dense" \(Dense\) comes here/],
  ['a recurrent layer after Dense', insert(4, 'LSTM'), /"a_LSTM" \(LSTM\) comes here/],
  ['no recurrent layer', (json: ModelJson) => layersOf(json).splice(1, 2), /without a recurrent layer/],
  ['no layer', (json: ModelJson) => layersOf(json).splice(0), /without an Embedding layer/],
  [
    'hard_sigmoid',
    set(TOP, 'recurrent_activation', 'hard_sigmoid'),
    /recurrent_activation "hard_sigmoid"; it must be "sigmoid"/,
  ],
  ['another activation', set(BOTTOM, 'activation', 'relu'), /activation "relu"; it must be "tanh"/],
  ['backwards', set(BOTTOM, 'go_backwards', true), /go_backwards/],
  ['only the last step in the middle', set(BOTTOM, 'return_sequences', false), /only the top/],
  ['both resets in one model', set(TOP, 'reset_after', true), /must be \(2, 12\)/],
  ['a flag that is none', set(TOP, 'use_bias', 'yes'), /use_bias "yes"; it must be true or false/],
  ['units that are none', set(TOP, 'units', -4), /units -4; it must be a positive integer/],
  [
    'sizes that lie',
    set(EMBEDDING, 'input_dim', 2 ** 40),
    /embeddings of shape \(7, 3\); it must be \(1099511627776, 3\)/,
  ],
  [
    'a sigmoid output',
    (json: ModelJson) => {
      dense(json).config.activation = 'sigmoid';
    },
    /activation "sigmoid"/,
  ],
  [
    'a distributed recurrent layer',
    (json: ModelJson) => {
      dense(json).class_name = 'LSTM';
    },
    /applies a layer of the class LSTM/,
  ],
  ['an activation that is no softmax', insert(4, 'Activation', { activation: 'relu' }), /activation "relu"/],
  ['a layer without a name', set(TOP, 'name', 3), /class_name and config/],
  [
    'a subclassed model',
    (json: ModelJson) => {
      Object.assign(json.modelTopology, { class_name: 'MyModel' });
    },
    /"MyModel"; it must be Sequential/,
  ],
] as const)('%s: refused by name', async (_, change, says) => {
  const call = importModel(
    tfjsFile((json) => void change(json)),
    { codec },
  );
  await expect(call).rejects.toMatchObject({ name: 'UnrolledError', message: expect.stringMatching(says) });
});

/** The model with its layers as calls of a functional one, in the form of Keras 2. */
function functional(change: (layers: (LayerJson & { inbound_nodes: unknown })[]) => void) {
  return tfjsFile((json) => {
    const names = layersOf(json).map(({ config }) => config.name as string);
    const input = { class_name: 'InputLayer', config: { name: 'in' }, inbound_nodes: [] as unknown[] };
    const called = layersOf(json).map((layer, i) => ({
      ...layer,
      inbound_nodes: [[[i === 0 ? 'in' : names[i - 1], 0, 0, {}]]],
    }));
    const layers = [input, ...called];
    change(layers);
    Object.assign(json.modelTopology, {
      class_name: 'Model',
      config: { name: 'model', layers, output_layers: [[names[OUTPUT], 0, 0]] },
    });
  });
}

test('a functional model of Keras 2 is that of its chain of layers, in whatever order they are listed', async () => {
  const sequential = parseModelFile((await importModel(tfjsFile(), { codec })).file);
  const { file } = await importModel(
    functional((layers) => layers.reverse()),
    { codec },
  );
  expect(parseModelFile(file).tensors).toEqual(sequential.tensors);
});

test.each([
  [
    'two inputs of a layer',
    (layers) => {
      layers[3].inbound_nodes = [
        [
          ['in', 0, 0, {}],
          ['gru_GRU1', 0, 0, {}],
        ],
      ];
    },
    /\(GRU\) has 2 inputs/,
  ],
  [
    'a cycle',
    (layers) => {
      layers[1].inbound_nodes = [[['gru_GRU2', 0, 0, {}]]];
    },
    /used only once/,
  ],
  [
    'a layer beside the chain',
    (layers) => {
      layers.push({ ...layers[2], config: { name: 'beside' } });
    },
    /"beside" \(GRU\) is not on the path/,
  ],
  [
    'two layers of a name',
    (layers) => {
      layers.push(layers[2]);
    },
    /same name/,
  ],
  [
    'a second output',
    (layers) => {
      layers[2].inbound_nodes = [[['embedding_Embedding1', 0, 1, {}]]];
    },
    /Embedding1:1/,
  ],
] as readonly [string, (layers: (LayerJson & { inbound_nodes: unknown })[]) => void, RegExp][])(
  'a functional model with %s: refused',
  async (_, change, says) => {
    const call = importModel(functional(change), { codec });
    await expect(call).rejects.toMatchObject({ name: 'UnrolledError', message: expect.stringMatching(says) });
  },
);

test('a Keras 1 list of layers, and idle layers anywhere', async () => {
  const sequential = parseModelFile((await importModel(tfjsFile(), { codec })).file);
  const changed = tfjsFile((json) => {
    insert(2, 'GaussianNoise')(json);
    insert(5, 'Activation', { activation: 'linear' })(json);
    set(TOP + 1, 'return_sequences', false)(json);
    set(TOP + 1, 'stateful', true)(json);
    Object.assign(json.modelTopology, { config: layersOf(json) });
  });
  const { file, leftOut } = await importModel(changed, { codec });
  expect(parseModelFile(file).tensors).toEqual(sequential.tensors);
  expect(leftOut.map(({ name }) => name)).toEqual([
    'a_GaussianNoise',
    'gru_GRU2: return_sequences',
    'gru_GRU2: stateful',
  ]);
});
