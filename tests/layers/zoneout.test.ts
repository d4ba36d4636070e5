import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { CIFG } from '../../src/layers/cells/cifg.ts';
import { GRU } from '../../src/layers/cells/gru.ts';
import { LSTM } from '../../src/layers/cells/lstm.ts';
import { MogrifierLSTM } from '../../src/layers/cells/mogrifier-lstm.ts';
import { RNN } from '../../src/layers/cells/rnn.ts';
import type { Param, RecurrentLayer } from '../../src/layers/layer.ts';
import { TimeCIFG } from '../../src/layers/time/cifg.ts';
import { TimeGRU } from '../../src/layers/time/gru.ts';
import { TimeLSTM } from '../../src/layers/time/lstm.ts';
import { TimeMogrifierLSTM } from '../../src/layers/time/mogrifier-lstm.ts';
import { TimeRNN } from '../../src/layers/time/rnn.ts';
import type { ZoneoutOptions } from '../../src/layers/time/state/zoneout.ts';
import { dropped, type Mask } from '../../src/tensor/mask.ts';
import { MaskSource } from '../../src/tensor/mask-source.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { fastBackends, threadCounts } from '../support/backends.ts';
import { dot, expectClose, expectGradient, expectNumbers, RandomTensors } from '../support/tensors.ts';
import { modulationList, named } from './mogrifier-params.ts';

type State = 'h' | 'c';

interface Kind {
  readonly name: string;
  /** How many times H the weights are wide. */
  readonly gates: number;
  readonly states: readonly State[];
  readonly biasOfH?: boolean;
  readonly modulated?: boolean;
  layer(backend: Backend, params: readonly Param[], zoneout?: ZoneoutOptions): RecurrentLayer;
  /** What a step makes of x and the states before it. */
  step(backend: Backend, params: readonly Param[], x: Tensor, states: readonly Tensor[]): Tensor[];
}

const stateful = true;
const kinds: readonly Kind[] = [
  ...(['tanh', 'relu'] as const).map(
    (activation): Kind => ({
      name: `RNN with ${activation}`,
      gates: 1,
      states: ['h'],
      layer: (on, [Wx, Wh, b], zoneout) =>
        new TimeRNN(on, Wx, Wh, b, { stateful, activation, ...(zoneout && { zoneout }) }),
      step: (on, [Wx, Wh, b], x, [h]) => [new RNN(on, Wx, Wh, b, { activation }).forward(x, h)],
    }),
  ),
  {
    name: 'LSTM',
    gates: 4,
    states: ['h', 'c'],
    layer: (on, [Wx, Wh, b], zoneout) =>
      new TimeLSTM(on, Wx, Wh, b, { stateful, ...(zoneout && { zoneout }) }),
    step: (on, [Wx, Wh, b], x, [hBefore, cBefore]) => {
      const { h, c } = new LSTM(on, Wx, Wh, b).forward(x, hBefore, cBefore);
      return [h, c];
    },
  },
  {
    name: 'CIFG',
    gates: 3,
    states: ['h', 'c'],
    layer: (on, [Wx, Wh, b], zoneout) =>
      new TimeCIFG(on, Wx, Wh, b, { stateful, ...(zoneout && { zoneout }) }),
    step: (on, [Wx, Wh, b], x, [hBefore, cBefore]) => {
      const { h, c } = new CIFG(on, Wx, Wh, b).forward(x, hBefore, cBefore);
      return [h, c];
    },
  },
  {
    name: 'Mogrifier LSTM',
    gates: 4,
    states: ['h', 'c'],
    modulated: true,
    layer: (on, [Wx, Wh, b, ...modulation], zoneout) =>
      new TimeMogrifierLSTM(on, Wx, Wh, b, named(modulation), { stateful, ...(zoneout && { zoneout }) }),
    step: (on, [Wx, Wh, b, ...modulation], x, [hBefore, cBefore]) => {
      const { h, c } = new MogrifierLSTM(on, Wx, Wh, b, named(modulation)).forward(x, hBefore, cBefore);
      return [h, c];
    },
  },
  ...[false, true].map(
    (after): Kind => ({
      name: `GRU that resets ${after ? 'after' : 'before'}`,
      gates: 3,
      states: ['h'],
      biasOfH: after,
      layer: (on, [Wx, Wh, b, bh], zoneout) =>
        new TimeGRU(on, Wx, Wh, b, bh ?? null, { stateful, ...(zoneout && { zoneout }) }),
      step: (on, [Wx, Wh, b, bh], x, [h]) => [new GRU(on, Wx, Wh, b, bh ?? null).forward(x, h)],
    }),
  ),
];

const reference = await openBackend('reference');
const rates = { h: 0.3, c: 0.6 };
const [N, T, D, H] = [3, 6, 5, 4];

function setUp(kind: Kind, on: Backend, training: boolean, [n, t, d, h]: readonly number[] = [N, T, D, H]) {
  const make = new RandomTensors(on, 7);
  const params = [
    make.param('Wx', [d, kind.gates * h]),
    make.param('Wh', [h, kind.gates * h]),
    make.param('b', [kind.gates * h], 0.5),
    ...(kind.biasOfH ? [make.param('bh', [h], 0.5)] : []),
    ...(kind.modulated ? modulationList(make, d, h, 5, 2) : []),
  ];
  const masks = new MaskSource(3);
  masks.training = training;
  const layer = kind.layer(on, params, { masks, ...rates });
  const [xs, dhs] = [make.sequence([n, t, d]), make.sequence([n, t, h])];
  const starts = kind.states.map(() => make.tensor([n, h]));
  const forward = () => {
    layer.setState(starts[0], starts[1]);
    return layer.forward(xs);
  };
  return { make, params, masks, layer, xs, dhs, starts, forward };
}

/** All that a block gives: states, gradients. */
function resultsOf(kind: Kind, { layer, params, dhs, forward }: ReturnType<typeof setUp>): Tensor[] {
  const hs = forward();
  const dxs = layer.backward(dhs);
  const dstarts = kind.states.map((name) => layer[`d${name}` as const] as Tensor);
  const ends = kind.states.map((name) => layer[name] as Tensor);
  return [hs, dxs, ...ends, ...dstarts, ...params.map(({ grad }) => grad)];
}

describe.each(kinds)('zoneout of a $name', (kind) => {
  test.each([true, false])('equals the formula, number by number (training: %s)', (training) => {
    const { params, masks, layer, xs, starts, forward } = setUp(kind, reference, training);
    const hs = forward();
    // The streams of a source are numbered: a second one like it has the same masks.
    const twin = new MaskSource(3);
    twin.training = training;
    const found: Mask[] = kind.states.flatMap((name) => twin.stream('twin', rates[name])() ?? []);
    expect(masks.getState()).toEqual(twin.getState());
    const unequal = new Set<number>();
    let states: readonly Tensor[] = starts;
    for (let t = 0; t < T; t++) {
      const made = kind.step(reference, params, xs.step(t), states);
      states = made.map((state, s) => {
        const [rate, old] = [rates[kind.states[s]], states[s].values()];
        const mixed = state.values().map((x, i) => {
          const share = training ? (dropped(1, found[s], t * N * H + i) === 0 ? 1 : 0) : rate;
          unequal.add(share);
          return share * old[i] + (1 - share) * x;
        });
        return reference.arena.tensor([N, H]).set(mixed);
      });
      expectClose('h', hs.step(t), states[0], 1e-14);
    }
    kind.states.forEach((name, s) => expectClose(name, layer[name] as Tensor, states[s], 1e-14));
    expect(unequal.size).toBe(training ? 2 : kind.states.length);
  });

  test.each([true, false])('has the numeric gradients (training: %s)', (training) => {
    const { params, layer, xs, dhs, starts, forward } = setUp(kind, reference, training);
    const loss = () => dot(forward(), dhs);
    loss();
    const dxs = layer.backward(dhs);
    const dstarts = kind.states.map((name) => layer[`d${name}` as const] as Tensor);
    for (const { name, value, grad } of params) expectGradient(name, grad, loss, value);
    expectGradient('xs', dxs, loss, xs);
    kind.states.forEach((name, i) => expectGradient(name, dstarts[i], loss, starts[i]));
  });

  test('a second backward gives the same and allocates nothing', () => {
    const made = setUp(kind, reference, true);
    const values = () => resultsOf(kind, made).map((tensor) => tensor.values());
    const first = values();
    const used = reference.arena.bytesUsed;
    expect(values()).toEqual(first);
    made.layer.backward(made.dhs);
    expect(made.params.map(({ grad }) => grad.values())).toEqual(first.slice(-made.params.length));
    expect(reference.arena.bytesUsed).toBe(used);
  });

  test('in expectation, T=12 exactly equals three blocks of 4 and twelve of 1', () => {
    const whole = setUp(kind, reference, false, [N, 12, D, H]);
    const hs = whole.forward();
    for (const length of [4, 1]) {
      const blocks = setUp(kind, reference, false, [N, 12, D, H]);
      blocks.layer.setState(blocks.starts[0], blocks.starts[1]);
      for (let at = 0; at < 12; at += length) {
        const part = blocks.make.sequence([N, length, D]);
        for (let t = 0; t < length; t++) reference.copy(part.step(t), blocks.xs.step(at + t));
        const found = blocks.layer.forward(part);
        for (let t = 0; t < length; t++) {
          expect(found.step(t).values()).toEqual(hs.step(at + t).values());
        }
      }
    }
  });

  const sizes = [
    [3, 6, 5, 4],
    [2, 3, 2, 1],
    [1, 9, 7, 13],
    [7, 3, 10, 100],
    [2, 3, 9, 258],
  ];
  const known = new Map<Backend, Map<string, Float64Array[]>>();
  /** Computes each result once. */
  const resultsOn = (on: Backend, training: boolean, size: readonly number[]): Float64Array[] => {
    const ofBackend = known.get(on) ?? new Map<string, Float64Array[]>();
    known.set(on, ofBackend);
    const key = `${training} ${size}`;
    const results =
      ofBackend.get(key) ?? resultsOf(kind, setUp(kind, on, training, size)).map((x) => x.values());
    ofBackend.set(key, results);
    return results;
  };
  for (const backend of fastBackends) {
    test.each(sizes)(
      `agrees with the reference on ${backend.description}, N=%i, T=%i, D=%i, H=%i`,
      (...size) => {
        for (const training of [true, false]) {
          const fast = resultsOn(backend, training, size);
          const exact = resultsOn(reference, training, size);
          // Gradients of a few numbers are small differences of large ones.
          fast.forEach((numbers, i) => expectNumbers(`result ${i}`, numbers, exact[i], 1e-5, 5e-6));
        }
      },
    );
  }

  test('has the same bits for any number of threads', () => {
    const bits = (on: Backend) =>
      [true, false].flatMap((training) => sizes.flatMap((size) => resultsOn(on, training, size)));
    for (const [one, several] of threadCounts) expect(bits(several)).toEqual(bits(one));
  });

  test('at rate 0 equals the layer without zoneout, and uses no mask stream', () => {
    const { params, xs, starts } = setUp(kind, reference, true);
    const masks = new MaskSource(1);
    const plain = kind.layer(reference, params);
    const zero = kind.layer(reference, params, { masks, h: 0, c: 0 });
    for (const layer of [plain, zero]) layer.setState(starts[0], starts[1]);
    expect(zero.forward(xs).values()).toEqual(plain.forward(xs).values());
    const mask = masks.stream('next', 0.5)();
    expect(mask).toEqual(new MaskSource(1).stream('first', 0.5)());
  });
});

test('a mask keeps whole units, in proportion to its rate', () => {
  const kind = kinds[0];
  const { layer, xs, starts } = setUp(kind, reference, true, [20, 30, 5, 40]);
  layer.setState(starts[0]);
  const hs = layer.forward(xs);
  let kept = 0;
  for (let t = 1; t < 30; t++) {
    const before = hs.step(t - 1).values();
    kept += hs
      .step(t)
      .values()
      .filter((h, i) => h === before[i]).length;
  }
  expect(Math.abs(kept / (29 * 20 * 40) - rates.h)).toBeLessThan(0.01);
});

test.each([
  [{ h: 1 }, 'TimeLSTM, zoneout of h: the dropout rate is 1; it must be at least 0 and below 1'],
  [{ c: -0.1 }, 'TimeLSTM, zoneout of c: the dropout rate is -0.1'],
])('refuses %o', (wrong, message) => {
  const [, , lstm] = kinds;
  const { params } = setUp(lstm, reference, true);
  expect(() => lstm.layer(reference, params, { masks: new MaskSource(1), ...wrong })).toThrow(message);
});
