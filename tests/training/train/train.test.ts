import { describe, expect, test } from 'vitest';
import { StreamBatches } from '../../../src/data/batches/stream-batches.ts';
import { decayAfter } from '../../../src/training/schedules/decay.ts';
import { train } from '../../../src/training/train.ts';
import { threadCounts } from '../../support/backends.ts';
import { backend, corpus, ids, losses, model, openLoop, options, run, sizes, weights } from './small-run.ts';

describe('train', () => {
  test.each([
    ['carries the state from block to block', {}],
    ['starts each block at 0 when it is stateless', { stateful: false }],
    ['clips when it is told to', { clip: 0.3 }],
  ])("does exactly the chapter's loop: %s", async (_, given) => {
    const trained = model(backend);
    const events = await run(trained, given);
    const expected = openLoop(20, given);
    expect(losses(events)).toEqual(expected.losses);
    expect(weights(trained)).toEqual(weights(expected.trained));
  });

  test('the three loops above differ', () => {
    const ends = [{}, { stateful: false }, { clip: 0.3 }].map((given) => openLoop(20, given).losses.at(-1));
    expect(new Set(ends).size).toBe(3);
  });

  test('reports the norm of the gradients before clipping, and the learning rate', async () => {
    const steps = async (given: Parameters<typeof run>[1]) =>
      (await run(model(backend), given)).flatMap((event) => (event.event === 'step' ? [event] : []));
    const clipped = await steps({ clip: 0.3 });
    expect(clipped.map(({ gradientNorm }) => gradientNorm)).toEqual(openLoop(20, { clip: 0.3 }).norms);
    expect(Math.max(...clipped.map(({ gradientNorm }) => gradientNorm!))).toBeGreaterThan(0.3);
    const decayed = await steps({ schedule: decayAfter({ lr: 0.5, after: 1 }) });
    expect(decayed.map(({ gradientNorm, lr }) => [gradientNorm, lr])).toEqual(
      [0.5, 0.25].flatMap((lr) => new Array(10).fill([null, lr])),
    );
  });

  test('reports each step and epoch, with the perplexity of the epoch so far', async () => {
    const events = await run(model(backend), { valid: corpus });
    expect(events.map(({ event }) => event)).toEqual(
      [0, 1].flatMap(() => [...new Array(10).fill('step'), 'epoch']),
    );
    expect(events.map(({ epoch, step }) => [epoch, step])).toEqual(
      [1, 2].flatMap((epoch) =>
        [...Array.from({ length: 10 }, (_, i) => i), 9].map((i) => [epoch, 10 * epoch - 9 + i]),
      ),
    );
    const all = losses(events);
    for (const event of events) {
      if (event.event !== 'step' && event.event !== 'epoch') throw new Error(event.event);
      const soFar = all.slice(10 * (event.epoch - 1), event.step);
      const mean = soFar.reduce((a, b) => a + b) / soFar.length;
      expect(event.trainPerplexity).toBeCloseTo(Math.exp(mean), 9);
      expect(event.tokensPerSecond).toBeGreaterThan(0);
    }
  });

  test('gives the same bits for the same seed, and different ones for another', async () => {
    const [a, b, c] = [model(backend, 1), model(backend, 1), model(backend, 2)];
    const runs = [await run(a), await run(b), await run(c)].map(losses);
    expect(runs[1]).toEqual(runs[0]);
    expect(weights(b)).toEqual(weights(a));
    expect(runs[2]).not.toEqual(runs[0]);
  });

  test('gives the same bits on any number of threads', async () => {
    const ends = threadCounts.flat().map(async (on) => {
      const trained = model(on, 1, { embeddingSize: 100, hiddenSize: 100 });
      const found: number[] = [];
      for await (const event of train(trained, options({ epochs: 1 }, on))) {
        if (event.event === 'step') found.push(event.loss);
      }
      return [found, weights(trained)];
    });
    const [one, three, strictOne, strictFour] = await Promise.all(ends);
    expect(three).toEqual(one);
    expect(strictFour).toEqual(strictOne);
  });

  test('learns', async () => {
    const events = await run(model(backend), { epochs: 60 });
    const perplexity = (epoch: number) =>
      Math.exp(
        losses(events)
          .slice(10 * epoch - 10, 10 * epoch)
          .reduce((a, b) => a + b) / 10,
      );
    expect(perplexity(60)).toBeLessThan(perplexity(1) / 3);
  });

  test('allocates nothing from its second epoch on', async () => {
    const trained = model(backend);
    const used: number[] = [];
    for await (const { event } of train(trained, options({ epochs: 4, valid: corpus, clip: 1 }))) {
      if (event === 'epoch') used.push(backend.arena.bytesUsed);
    }
    expect(used).toEqual([used[0], used[0], used[0], used[0]]);
  });

  test("resets the states if the streams restart ('cut'), but not if they wrap around ('wrap')", async () => {
    for (const end of ['cut', 'wrap'] as const) {
      const trained = model(backend);
      const starts: boolean[] = [];
      const forward = trained.forward.bind(trained);
      trained.forward = (...args) => {
        starts.push(trained.getState() === null);
        return forward(...args);
      };
      await run(trained, { batches: new StreamBatches(ids, { ...sizes, end }) });
      const at = starts.flatMap((isStart, step) => (isStart ? [step] : []));
      expect(at).toEqual(end === 'cut' ? [0, 10] : [0]);
    }
  });

  test('throws at the first loss that is not finite, names the step, and does not change the weights', async () => {
    const trained = model(backend);
    const bias = trained.params.at(-1)!.value;
    let before: Float64Array[] = [];
    const call = async () => {
      for await (const { step } of train(trained, options())) {
        if (step < 13) continue;
        bias.set(bias.values().with(0, Number.NaN));
        before = weights(trained);
      }
    };
    await expect(call).rejects.toThrow(
      'train: the loss of step 14 (epoch 2) is NaN; it must stay finite. Lower the learning rate (0.5) or clip the gradients.',
    );
    expect(weights(trained)).toEqual(before);
  });

  test('throws if a learning rate is far too high', async () => {
    await expect(run(model(backend), { lr: 1e25, clip: 1e30 })).rejects.toThrow(
      /^train: the loss of step \d+ \(epoch 1\) is (NaN|Infinity); it must stay finite\. Lower the learning rate \(1e\+25\) or clip the gradients below 1e\+30\.$/,
    );
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses %d epochs', async (epochs) => {
    await expect(run(model(backend), { epochs })).rejects.toThrow(
      `train: epochs is ${epochs}; it must be a positive integer.`,
    );
  });
});
