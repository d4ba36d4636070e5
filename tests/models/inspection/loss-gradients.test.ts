import { describe, expect, test } from 'vitest';
import type { Backend } from '../../../src/backends/backend.ts';
import { openBackend } from '../../../src/backends/open.ts';
import { type Cell, cellNames, cells } from '../../../src/models/cells.ts';
import type { RecurrentConfig } from '../../../src/models/config.ts';
import { inputGradients, rowNorms } from '../../../src/models/inspection/input-gradients.ts';
import { type LossGradients, lossGradients } from '../../../src/models/inspection/loss-gradients.ts';
import { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import type { State } from '../../../src/models/state/state.ts';
import type { StateValues } from '../../../src/models/state/state-values.ts';
import { Random } from '../../../src/tensor/random.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';
import { GradientClipper } from '../../../src/training/clip.ts';
import { randomIntegers } from '../../data/random-integers.ts';
import { asyncBackend } from '../../support/async-backend.ts';
import { expectNumbers, relativeError } from '../../support/tensors.ts';

const [V, T] = [6, 4];
const ids = Int32Array.from(randomIntegers(3, T, V));
const targets = Int32Array.of(-1, 4, -1, 2);
const reference = await openBackend('reference');

function modelOf(backend: Backend, cell: Cell, more: Partial<RecurrentConfig> = {}): RecurrentLM {
  const config = { cell, vocabSize: V, embeddingSize: 2, hiddenSize: 3, layers: 2, ...more };
  return new RecurrentLM(backend, config, new Random(2), { scale: 0.8 });
}

const zoneout = (cell: Cell) => ({
  zoneout: 0.2,
  ...(cells[cell].zoneout.includes('c') && { zoneoutCell: 0.4 }),
});

const models: readonly (readonly [string, Cell, Partial<RecurrentConfig>])[] = [
  ...cellNames.map((cell) => [cell, cell, {}] as const),
  ['gru, reset after', 'gru', { resetAfter: true }],
  ['lstm, tied', 'lstm', { tied: true, embeddingSize: 3 }],
  ...(['rnn', 'lstm', 'mogrifier-lstm', 'gru'] as const).map(
    (cell) => [`${cell}, zoneout`, cell, zoneout(cell)] as const,
  ),
];

/** A change of one number of the state of one layer after one step. */
interface Shift {
  readonly layer: number;
  readonly step: number;
  readonly state: 'h' | 'c';
  readonly unit: number;
  readonly by: number;
}

/** The mean loss in float64, token by token through the layers, with one number of a state or an embedding shifted. */
function shiftedLoss(model: RecurrentLM, start: StateValues, shift: Shift): number {
  model.restore(start);
  let [sum, count] = [0, 0];
  for (let t = 0; t < T; t++) {
    const { xs, ts } = model.place({
      N: 1,
      T: 1,
      xs: ids.subarray(t, t + 1),
      ts: targets.subarray(t, t + 1),
    });
    let hs = model.embedding.forward(xs);
    if (shift.layer === -1 && shift.step === t) add(hs, shift);
    for (const [layer, rnn] of model.rnns.entries()) {
      hs = rnn.forward(hs);
      if (shift.layer !== layer || shift.step !== t) continue;
      // `hs` and `h` are separate tensors: the output, and the state that the next step reads.
      if (shift.state === 'h') for (const x of [hs, rnn.h as Tensor]) add(x, shift);
      else add(rnn.c as Tensor, shift);
    }
    if (targets[t] === -1) continue;
    sum += model.lossLayer.forward(hs, ts, false).total.item();
    count++;
  }
  return sum / count;
}

function add(x: Tensor, { unit, by }: Shift): void {
  x.view()[unit] += by;
}

/** The central differences w.r.t. all numbers of (T, width). */
function numeric(model: RecurrentLM, start: StateValues, at: Pick<Shift, 'layer' | 'state'>, width: number) {
  const epsilon = 1e-5;
  return Float64Array.from({ length: T * width }, (_, i) => {
    const shift = { ...at, step: Math.floor(i / width), unit: i % width };
    const loss = (by: number) => shiftedLoss(model, start, { ...shift, by });
    return (loss(epsilon) - loss(-epsilon)) / (2 * epsilon);
  });
}

/** A state after some tokens, so that the text starts from other numbers than 0. */
function startOf(model: RecurrentLM): State {
  const state = model.state();
  model.read(Int32Array.of(1, 5, 3), [state]);
  return state;
}

/** All arrays of gradients, by name. */
function arraysOf({ inputs, layers }: LossGradients): [string, ArrayLike<number>][] {
  return [
    ['inputs', inputs],
    ...layers.flatMap(({ h, c, start }, i): [string, ArrayLike<number>][] => [
      [`h ${i}`, h],
      [`start h ${i}`, start.h],
      ...(c && start.c
        ? (
            [
              [`c ${i}`, c],
              [`start c ${i}`, start.c],
            ] as const
          ).map((one) => [...one] as [string, ArrayLike<number>])
        : []),
    ]),
  ];
}

describe.each(models)('%s:', (_, cell, more) => {
  const model = modelOf(reference, cell, more);

  test('the gradients equal central differences', async () => {
    const state = startOf(model);
    const start = state.values();
    const { inputs, layers, loss } = await lossGradients(model, ids, targets, { state });
    const none = { layer: 0, state: 'h', step: -1, unit: 0, by: 0 } as const;
    expect(loss).toBeCloseTo(shiftedLoss(model, start, none), 12);
    const D = model.config.embeddingSize;
    const close = (a: ArrayLike<number>, b: Float64Array) =>
      expect(relativeError(Float64Array.from(a), b)).toBeLessThan(1e-6);
    close(inputs, numeric(model, start, { layer: -1, state: 'h' }, D));
    for (const [layer, { width, h, c }] of layers.entries()) {
      close(h, numeric(model, start, { layer, state: 'h' }, width));
      if (c) close(c, numeric(model, start, { layer, state: 'c' }, width));
      expect(c !== null).toBe(cells[cell].states.includes('c'));
    }
    expect(state.values()).toEqual(start);
  });

  test('they equal those of the model’s own backward pass, and the model does not change', async () => {
    const state = startOf(model);
    model.carry(state);
    const { xs, ts } = model.place({ N: 1, T, xs: ids, ts: targets });
    model.forward(xs, ts, true, false);
    model.backward();
    const norm = new GradientClipper(reference, 1e9).clip(model.params);
    const before = model.params.map(({ grad }) => grad.values());
    const carried = await model.save();
    const got = await lossGradients(model, ids, targets, { state });
    expect(model.params.map(({ grad }) => grad.values())).toEqual(before);
    expect(await model.save()).toEqual(carried);
    expect(got.parameterNorm).toBeCloseTo(norm, 10);
    for (const [i, { dh, dc }] of model.rnns.entries()) {
      expectNumbers('dh', got.layers[i].start.h, (dh as Tensor).values(), 1e-10);
      if (dc) expectNumbers('dc', got.layers[i].start.c ?? [], dc.values(), 1e-10);
    }
  });

  test('wasm gives the same numbers within float32', async () => {
    const fast = modelOf(await wasm, cell, more);
    const [a, b] = [await lossGradients(fast, ids, targets), await lossGradients(model, ids, targets)];
    const expected = new Map(arraysOf(b));
    for (const [name, numbers] of arraysOf(a)) {
      expectNumbers(name, numbers, expected.get(name) as ArrayLike<number>, 1e-4, 1e-6);
    }
    expect(a.parameterNorm).toBeCloseTo(b.parameterNorm, 5);
    fast.dispose();
  });
});

const wasm = openBackend('wasm', { threads: 1 });

test('inputGradients is the gradient of the log-probability of a token after the text', async () => {
  const model = modelOf(reference, 'lstm');
  const token = 5;
  const got = await inputGradients(model, ids, token);
  const last = new Int32Array(T).fill(-1).with(T - 1, token);
  const { loss, inputs, embeddings } = await lossGradients(model, ids, last);
  expect(got.logProbability).toBe(-loss);
  expect([...got.gradients]).toEqual([...inputs].map((number) => -number));
  const D = model.config.embeddingSize;
  const W = model.embedding.params[0].value.values();
  expect([...embeddings]).toEqual([...ids].flatMap((id) => [...W.subarray(id * D, (id + 1) * D)]));
  for (let t = 0; t < T; t++) {
    const [g, x] = [got.gradients, embeddings].map((all) => Array.from(all).slice(t * D, (t + 1) * D));
    expect(got.norms[t]).toBeCloseTo(Math.hypot(...g), 12);
    expect(got.products[t]).toBeCloseTo(
      g.reduce((sum, number, d) => sum + number * x[d], 0),
      12,
    );
  }
});

test('a loss at the last step reaches no state after it, and the memory is freed', async () => {
  const model = modelOf(reference, 'rnn');
  const used = () => reference.arena.bytesUsed;
  const { layers } = await lossGradients(model, ids, Int32Array.of(-1, 3, -1, -1));
  const before = used();
  const again = await lossGradients(model, ids, Int32Array.of(-1, 3, -1, -1));
  expect(used()).toBe(before);
  for (const { h, width } of [...layers, ...again.layers]) {
    const norms = rowNorms(h, width);
    expect([...norms.subarray(2)]).toEqual([0, 0]);
    expect(norms[0]).toBeGreaterThan(0);
    expect(norms[1]).toBeGreaterThan(0);
  }
});

test('a backend that reads asynchronously gives the same numbers', async () => {
  const [slow, fast] = [await asyncBackend(), reference].map((backend) => modelOf(backend, 'gru'));
  expect(await lossGradients(slow, ids, targets)).toEqual(await lossGradients(fast, ids, targets));
});

test('what does not fit is refused', async () => {
  const model = modelOf(reference, 'rnn');
  const none = new Int32Array();
  const code = (expected: string) => expect.objectContaining({ code: expected });
  await expect(lossGradients(model, none, none)).rejects.toEqual(code('text-empty'));
  await expect(lossGradients(model, ids, ids.subarray(1))).rejects.toEqual(code('shape'));
  await expect(
    lossGradients(
      model,
      ids,
      ids.map(() => -1),
    ),
  ).rejects.toEqual(code('text-empty'));
  await expect(
    lossGradients(
      model,
      ids,
      ids.map(() => V),
    ),
  ).rejects.toEqual(code('id-range'));
  await expect(
    lossGradients(
      model,
      ids.map(() => V),
      ids,
    ),
  ).rejects.toEqual(code('id-range'));
  const foreign = modelOf(reference, 'rnn').state();
  await expect(lossGradients(model, ids, ids, { state: foreign })).rejects.toEqual(code('state-foreign'));
  await expect(lossGradients(model, ids, ids, { state: model.state(2) })).rejects.toEqual(code('shape'));
  await expect(inputGradients(model, none, 1)).rejects.toEqual(code('text-empty'));
  await expect(inputGradients(model, ids, -1)).rejects.toEqual(code('id-range'));
  await expect(inputGradients(model, ids, V)).rejects.toEqual(code('id-range'));
  expect(() => rowNorms(new Float64Array(5), 2)).toThrow('rows of 2');
});
