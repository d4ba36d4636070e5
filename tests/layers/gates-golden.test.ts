import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { createParam, type Param, type RecurrentLayer } from '../../src/layers/layer.ts';
import { TimeGRU } from '../../src/layers/time/gru.ts';
import { TimeLSTM } from '../../src/layers/time/lstm.ts';
import { TimeRNN } from '../../src/layers/time/rnn.ts';
import type { Nested, Tensor } from '../../src/tensor/tensor.ts';

type Golden = Record<string, Nested[]>;

const golden: Record<string, Golden> = JSON.parse(
  readFileSync(new URL('../golden/gates-from-pytorch.json', import.meta.url), 'utf8'),
);
const [N, T, D, H] = [3, 5, 4, 6];
const options = { stateful: true };

const subjects: [string, string, (backend: Backend, params: Param[]) => RecurrentLayer][] = [
  ['TimeLSTM', 'lstm', (backend, [Wx, Wh, b]) => new TimeLSTM(backend, Wx, Wh, b, options)],
  [
    'TimeGRU, reset after,',
    'gru',
    (backend, [Wx, Wh, b, bh]) => new TimeGRU(backend, Wx, Wh, b, bh, options),
  ],
  [
    'TimeRNN with ReLU',
    'relu',
    (backend, [Wx, Wh, b]) => new TimeRNN(backend, Wx, Wh, b, { ...options, activation: 'relu' }),
  ],
];

test.each(subjects)('%s has the outputs and gradients of torch', async (_, name, create) => {
  const backend = await openBackend('reference');
  const expected = golden[name];
  const params = ['Wx', 'Wh', 'b', 'bh'].flatMap((name) => {
    if (!expected[name]) return [];
    const [rows, columns] = [expected[name].length, (expected[name][0] as number[]).length];
    const param = createParam(backend.arena, name, columns ? [rows, columns] : [rows]);
    param.value.set(expected[name]);
    return [param];
  });
  const start = (name: string) => expected[name] && backend.arena.tensor([N, H]).set(expected[name]);
  const layer = create(backend, params);
  layer.setState(start('h0'), start('c0') ?? null);
  const hs = layer.forward(backend.arena.sequence([N, T, D]).set(expected.xs));
  const dxs = layer.backward(backend.arena.sequence([N, T, H]).set(expected.dhs));
  const ours: Record<string, Tensor> = { hs, dxs, dh0: layer.dh as Tensor };
  if (layer.dc) ours.dc0 = layer.dc;
  for (const { name, grad } of params) ours[`d${name}`] = grad;
  expect(Object.keys(ours).length).toBe(name === 'relu' ? 6 : 7);
  for (const [name, tensor] of Object.entries(ours)) {
    const theirs = [expected[name]].flat(3) as number[];
    expect(tensor.size).toBe(theirs.length);
    tensor.values().forEach((value, i) => expect(value, name).toBeCloseTo(theirs[i], 12));
  }
});
