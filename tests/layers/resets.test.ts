import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { type Cell, cellNames, cells } from '../../src/models/cells.ts';
import { MaskSource } from '../../src/tensor/mask-source.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { fastBackends, threadCounts } from '../support/backends.ts';
import { dot, expectGradient, expectNumbers, RandomTensors } from '../support/tensors.ts';
import { modulationList, named } from './mogrifier-params.ts';

interface Kind {
  readonly name: string;
  readonly cell: Cell;
  readonly resetAfter: boolean;
  readonly zoneout: boolean;
}

/** Every cell, with each of its variants. */
const kinds: readonly Kind[] = cellNames.flatMap((cell) => {
  const { resetAfter, zoneout } = cells[cell];
  const places = resetAfter ? [false, true] : [false];
  const rates = zoneout.length > 0 ? [false, true] : [false];
  return places.flatMap((after) =>
    rates.map((zoned) => ({
      name: `${cell}${after ? ' that resets after' : ''}${zoned ? ' with zoneout' : ''}`,
      cell,
      resetAfter: after,
      zoneout: zoned,
    })),
  );
});

const reference = await openBackend('reference');

/** Stream by stream: at the block's start, in its midst, in consecutive steps, at its end, and not at all. */
const somewhere = [
  [1, 0, 0, 1, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0],
  [0, 1, 1, 0, 0, 0, 1],
];
const [N, T, D, H] = [3, 7, 5, 4];

function paramsOf({ cell, resetAfter }: Kind, make: RandomTensors, d: number, h: number) {
  const { gates, recurrentWeight, modulated } = cells[cell];
  const width = gates.length * h;
  return {
    Wx: make.param('Wx', [d, width]),
    ...(recurrentWeight && { Wh: make.param('Wh', [h, width]) }),
    b: make.param('b', [width], 0.5),
    ...(resetAfter && { bh: make.param('bh', [h], 0.5) }),
    ...(modulated && { modulation: named(modulationList(make, d, h, 5, 2)) }),
  };
}

interface Sizes {
  readonly n: number;
  readonly t: number;
  readonly d: number;
  readonly h: number;
}

/** A layer of a kind, numbers for it, and its block with resets; `masked` zoneout draws masks. */
function setUp(kind: Kind, on: Backend, { n, t, d, h }: Sizes = { n: N, t: T, d: D, h: H }, masked = false) {
  const make = new RandomTensors(on, 7);
  const params = paramsOf(kind, make, d, h);
  const masks = new MaskSource(3);
  masks.training = masked;
  const zoneout = kind.zoneout ? { masks, h: 0.3, c: 0.6 } : undefined;
  const create = () => cells[kind.cell].create(on, params, { stateful: true, ...(zoneout && { zoneout }) });
  const { states } = cells[kind.cell];
  const [layer, xs, dhs] = [create(), make.sequence([n, t, d]), make.sequence([n, t, h])];
  const starts = states.map(() => make.tensor([n, h]));
  const run = (resets: Tensor | null) => {
    layer.setState(starts[0], starts[1]);
    return layer.forward(xs, resets);
  };
  /** All that a block gives: states, gradients. */
  const results = (resets: Tensor | null): Tensor[] => {
    const hs = run(resets);
    const dxs = layer.backward(dhs);
    const ends = states.map((name) => layer[name] as Tensor);
    const dstarts = states.map((name) => layer[`d${name}` as const] as Tensor);
    return [hs, dxs, ...ends, ...dstarts, ...layer.params.map(({ grad }) => grad)];
  };
  return { layer, create, states, xs, dhs, starts, run, results };
}

function placed(on: Backend, rows: readonly (readonly number[])[]): Tensor {
  return on.arena.sequence([rows.length, rows[0].length], 'int32').set(rows);
}

/** About one step in four, another pattern for each size. */
function scattered({ n, t }: Sizes): number[][] {
  const { random } = new RandomTensors(reference, 11);
  return Array.from({ length: n }, () => Array.from({ length: t }, () => Number(random.uniform() < 0.25)));
}

/** The steps of a stream from reset to reset, as [first, end]. */
function segmentsOf(row: readonly number[]): [first: number, end: number][] {
  const firsts = row.flatMap((reset, t) => (t === 0 || reset === 1 ? [t] : []));
  return firsts.map((first, i) => [first, firsts[i + 1] ?? row.length]);
}

describe.each(kinds)('resets in a block of $name', (kind) => {
  test('give the results of each sequence alone from the zero state, forward and backward', () => {
    const { layer, create, states, xs, dhs, starts, results } = setUp(kind, reference);
    const [hs, dxs, ...rest] = results(placed(reference, somewhere)).map((x) => x.values());
    const ends = rest.slice(0, states.length);
    const dstarts = rest.slice(states.length, 2 * states.length);
    const grads = rest.slice(2 * states.length);
    const sums = layer.params.map(({ value }) => new Float64Array(value.size));
    const near = (found: Float64Array, from: number, expected: Float64Array) =>
      expectNumbers('part', found.subarray(from, from + expected.length), expected, 1e-12);
    somewhere.forEach((row, n) => {
      for (const [first, end] of segmentsOf(row)) {
        const alone = create();
        const part = (x: Tensor, width: number) =>
          reference.arena
            .sequence([1, end - first, width])
            .set(x.values().slice((n * T + first) * width, (n * T + end) * width));
        if (row[first] === 0) {
          const [h, c] = starts.map((x) =>
            reference.arena.tensor([1, H]).set(x.values().slice(n * H, (n + 1) * H)),
          );
          alone.setState(h, c);
        }
        near(hs, (n * T + first) * H, alone.forward(part(xs, D)).values());
        near(dxs, (n * T + first) * D, alone.backward(part(dhs, H)).values());
        alone.params.forEach(({ grad }, i) => grad.values().forEach((g, j) => (sums[i][j] += g)));
        states.forEach((name, s) => {
          if (end === T) near(ends[s], n * H, (alone[name] as Tensor).values());
          const dstart =
            row[first] === 0 ? (alone[`d${name}` as const] as Tensor).values() : new Float64Array(H);
          if (first === 0) near(dstarts[s], n * H, dstart);
        });
      }
    });
    sums.forEach((sum, i) => near(grads[i], 0, sum));
  });

  test.each([false, true])('have the numeric gradients (masks of zoneout: %s)', (masked) => {
    if (masked && !kind.zoneout) return;
    const { layer, states, xs, dhs, starts, run } = setUp(kind, reference, undefined, masked);
    const resets = placed(reference, somewhere);
    const loss = () => dot(run(resets), dhs);
    loss();
    const dxs = layer.backward(dhs);
    for (const { name, value, grad } of layer.params) expectGradient(name, grad, loss, value);
    expectGradient('xs', dxs, loss, xs);
    states.forEach((name, i) => expectGradient(name, layer[`d${name}` as const] as Tensor, loss, starts[i]));
  });

  test('that are all 0 change nothing', () => {
    for (const on of [reference, ...fastBackends]) {
      const { results } = setUp(kind, on, undefined, true);
      const plain = results(null).map((x) => x.values());
      const zeros = placed(
        on,
        Array.from({ length: N }, () => new Array<number>(T).fill(0)),
      );
      expect(results(zeros).map((x) => x.values())).toEqual(plain);
      results(placed(on, somewhere));
      expect(results(null).map((x) => x.values())).toEqual(plain);
    }
  });

  test('allocate nothing in a second block, and a second backward gives the same', () => {
    const { layer, dhs, results } = setUp(kind, reference, undefined, true);
    const resets = placed(reference, somewhere);
    const first = results(resets).map((x) => x.values());
    const used = reference.arena.bytesUsed;
    expect(results(resets).map((x) => x.values())).toEqual(first);
    layer.backward(dhs);
    expect(layer.params.map(({ grad }) => grad.values())).toEqual(first.slice(-layer.params.length));
    expect(reference.arena.bytesUsed).toBe(used);
  });

  const sizes = [
    { n: 3, t: 7, d: 5, h: 4 },
    { n: 2, t: 3, d: 2, h: 1 },
    { n: 1, t: 9, d: 7, h: 13 },
    { n: 5, t: 1, d: 3, h: 6 },
    { n: 7, t: 3, d: 10, h: 100 },
    { n: 2, t: 3, d: 9, h: 258 },
  ] as const satisfies readonly Sizes[];

  const known = new Map<Backend, Map<Sizes, Float64Array[]>>();
  /** Computes each result once. */
  const resultsOn = (on: Backend, size: Sizes): Float64Array[] => {
    const ofBackend = known.get(on) ?? new Map<Sizes, Float64Array[]>();
    known.set(on, ofBackend);
    const results =
      ofBackend.get(size) ??
      setUp(kind, on, size, true)
        .results(placed(on, scattered(size)))
        .map((x) => x.values());
    ofBackend.set(size, results);
    return results;
  };

  test.each(sizes)('agree on each backend, N=$n, T=$t, D=$d, H=$h', (size) => {
    const exact = resultsOn(reference, size);
    for (const on of fastBackends) {
      const fast = resultsOn(on, size);
      // Gradients of a few numbers are small differences of large ones.
      fast.forEach((x, i) => expectNumbers(`result ${i} on ${on.description}`, x, exact[i], 1e-5, 5e-6));
    }
  });

  test('have the same bits for any number of threads', () => {
    const bits = (on: Backend) => sizes.flatMap((size) => resultsOn(on, size));
    for (const [one, several] of threadCounts) expect(bits(several)).toEqual(bits(one));
  });

  test('of another shape or type are refused', () => {
    const { run } = setUp(kind, reference);
    const wanted = /resets is .*; resets must be a sequence of int32/;
    expect(() => run(placed(reference, [[0, 1]]))).toThrow(wanted);
    expect(() => run(reference.arena.sequence([N, T]))).toThrow(wanted);
  });
});
