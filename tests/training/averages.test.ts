import { describe, expect, test } from 'vitest';
import { openBackend } from '../../src/backends/open.ts';
import type { Param } from '../../src/layers/layer.ts';
import { EMA } from '../../src/training/averages/ema.ts';
import { NTASGD } from '../../src/training/averages/nt-asgd.ts';
import { fastBackends } from '../support/backends.ts';
import { RandomTensors } from '../support/tensors.ts';

const reference = await openBackend('reference');

/** Whether the average has begun after each of these perplexities, an update before each. */
function beginnings(nonmono: number, perplexities: number[]): boolean[] {
  const average = new NTASGD(reference, { nonmono });
  const param = new RandomTensors(reference).param('W', [3]);
  return perplexities.map((perplexity) => {
    average.validated(perplexity);
    average.update([param]);
    return average.begun;
  });
}

describe('NT-ASGD', () => {
  test('starts when a perplexity is worse than the best of all but the last nonmono', () => {
    expect(beginnings(2, [5, 6, 7, 4, 6])).toEqual([false, false, false, false, true]);
    expect(beginnings(2, [5, 6, 4, 4.5, 4.2])).toEqual([false, false, false, false, false]);
    expect(beginnings(0, [5, 4, 3, 3.1, 2])).toEqual([false, false, false, true, true]);
    expect(beginnings(2, [5, 6, 5, 5, 5])).toEqual([false, false, false, false, false]);
  });

  test('is the mean of the weights after each update from then on', async () => {
    const average = new NTASGD(reference, { nonmono: 0 });
    const param = new RandomTensors(reference).param('W', [1]);
    const step = (w: number) => {
      param.value.set([w]);
      average.update([param]);
    };
    step(100);
    expect(await average.during([param], () => param.value.item())).toBe(100);
    average.validated(1);
    step(100);
    average.validated(2);
    for (const w of [1, 2, 6]) step(w);
    expect(await average.during([param], () => param.value.item())).toBeCloseTo(3, 14);
  });

  test('allocates at the first update, even if it starts later', () => {
    const average = new NTASGD(reference);
    const param = new RandomTensors(reference).param('W', [50]);
    const before = reference.arena.bytesUsed;
    average.update([param]);
    expect(reference.arena.bytesUsed).toBeGreaterThanOrEqual(before + 8 * 50);
  });

  test.each([-1, 1.5])('refuses to wait for %d evaluations', (nonmono) => {
    expect(() => new NTASGD(reference, { nonmono })).toThrow(
      `NTASGD: nonmono is ${nonmono}; it must be an integer of at least 0`,
    );
  });
});

describe.each([reference, ...fastBackends].map((backend) => [backend.description, backend] as const))(
  'averages on %s',
  (_, backend) => {
    const open = () => {
      const make = new RandomTensors(backend);
      const params = [make.param('a', [3, 5]), make.param('b', [50, 1000])];
      const move = (seed: number) => {
        const { random } = new RandomTensors(backend, seed);
        for (const { value } of params)
          value.set(new Float64Array(value.size).map(() => random.uniform() - 0.5));
      };
      return { params, move };
    };
    const bits = (params: Param[]) => params.map(({ value }) => value.values());

    test('replace the weights, which are restored bit for bit', async () => {
      const { params, move } = open();
      const average = new EMA(backend, { decay: 0.5 });
      for (const seed of [1, 2, 3]) {
        move(seed);
        average.update(params);
      }
      const before = bits(params);
      const within = await average.during(params, async () => bits(params));
      expect(within).not.toEqual(before);
      expect(bits(params)).toEqual(before);
      expect(await average.during(params, () => bits(params))).toEqual(within);
    });

    test('the weights are restored after an error too', async () => {
      const { params, move } = open();
      const average = new EMA(backend, { decay: 0.5 });
      average.update(params);
      move(4);
      average.update(params);
      const before = bits(params);
      const failing = average.during(params, async () => {
        throw new Error('no power');
      });
      await expect(failing).rejects.toThrow('no power');
      expect(bits(params)).toEqual(before);
    });

    test.each([
      ['EMA', () => new EMA(backend)],
      ['NTASGD', () => new NTASGD(backend, { nonmono: 1 })],
    ])('%s, saved and restored, continues with the same bits', async (_name, make) => {
      const perplexities = [3, 2, 4, 5, 6];
      const [whole, first] = [open(), open()];
      const uninterrupted = make();
      let resumed = make();
      for (const [i, perplexity] of perplexities.entries()) {
        for (const [average, { params, move }] of [
          [uninterrupted, whole],
          [resumed, first],
        ] as const) {
          move(i + 1);
          average.update(params);
          average.validated(perplexity);
        }
        const { tensors, numbers } = await resumed.save();
        resumed = make();
        resumed.restore({ tensors, numbers: JSON.parse(JSON.stringify(numbers)) });
      }
      expect(resumed.begun).toBe(true);
      const [a, b] = [whole, first].map(({ params }) => params);
      expect(await resumed.during(b, () => bits(b))).toEqual(await uninterrupted.during(a, () => bits(a)));
    });
  },
);

test.each([1, -0.1, Number.NaN])('the EMA refuses the decay %d', (decay) => {
  expect(() => new EMA(reference, { decay })).toThrow(
    `EMA: decay is ${decay}; it must be a number from 0 to below 1`,
  );
});

test('a state of another kind is refused', async () => {
  const saved = await new EMA(reference).save();
  expect(() => new NTASGD(reference).restore(saved)).toThrow(
    'nt-asgd: the saved state has no valid perplexities; it must be a list of numbers',
  );
});
