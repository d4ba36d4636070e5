import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import type { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { Random } from '../../src/tensor/random.ts';
import { EMA } from '../../src/training/averages/ema.ts';
import { NTASGD } from '../../src/training/averages/nt-asgd.ts';
import { GradientClipper } from '../../src/training/clip.ts';
import { evaluate } from '../../src/training/evaluation/evaluate.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { RandomLengths } from '../../src/training/random-lengths.ts';
import { decayAfter } from '../../src/training/schedules/decay.ts';
import { Plateau } from '../../src/training/schedules/plateau.ts';
import { statelessSchedule } from '../../src/training/schedules/schedule.ts';
import { type TrainEvent, type TrainOptions, train } from '../../src/training/train.ts';
import { optimizers } from '../support/optimizers.ts';
import { trainingData } from '../support/small-model.ts';

const { ids, model, corpus } = trainingData(203, 60);
const [N, T] = [5, 4];
const sizes = { N, T, end: 'wrap' } as const;
const backend = await openBackend('wasm-strict', { threads: 1 });

type Options = Partial<TrainOptions> & { lr?: number };

function options({ lr = 0.5, ...rest }: Options = {}, on: Backend = backend): TrainOptions {
  return { batches: new StreamBatches(ids, sizes), optimizer: new SGD(on, { lr }), epochs: 2, ...rest };
}

async function run(trained: RecurrentLM, given?: Options): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of train(trained, options(given))) events.push(event);
  return events;
}

const losses = (events: TrainEvent[]): number[] =>
  events.flatMap((event) => (event.event === 'step' ? [event.loss] : []));

const weights = (trained: RecurrentLM) => trained.params.map(({ value }) => value.values());

/** The chapter's loop, spelled out: the feed, the state, the update. */
function openLoop(
  steps: number,
  { stateful = true, clip = 0 } = {},
): { losses: number[]; trained: RecurrentLM } {
  const trained = model(backend);
  const optimizer = new SGD(backend, { lr: 0.5 });
  const [size, jump] = [ids.length - 1, Math.floor((ids.length - 1) / N)];
  const found: number[] = [];
  for (let step = 0; step < steps; step++) {
    const [xs, ts] = [new Int32Array(N * T), new Int32Array(N * T)];
    for (let t = 0; t < T; t++) {
      for (let i = 0; i < N; i++) {
        const at = (i * jump + step * T + t) % size;
        xs[t * N + i] = ids[at];
        ts[t * N + i] = ids[at + 1];
      }
    }
    if (!stateful) trained.resetState();
    const placed = trained.place({ N, T, xs, ts });
    found.push(trained.forward(placed.xs, placed.ts).total.item());
    trained.backward();
    if (clip > 0) new GradientClipper(backend, clip).clip(trained.params);
    optimizer.update(trained.params);
  }
  return { losses: found, trained };
}

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

  test('tells of each step and epoch, with the perplexity of the epoch so far', async () => {
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

  test('measures the validation text after each epoch, and trains the same bits as without', async () => {
    const [trained, other] = [model(backend), model(backend)];
    const events = await run(trained, { valid: corpus });
    const without = await run(other);
    expect(losses(events)).toEqual(losses(without));
    const perplexity = (of: TrainEvent[]) => {
      const last = of.at(-1);
      return last?.event === 'epoch' ? last.validPerplexity : undefined;
    };
    expect(perplexity(events)).toBe((await evaluate(trained, corpus)).perplexity);
    expect(perplexity(without)).toBeNull();
  });

  test('sets the rate of the schedule before each step, and names it when the loss explodes', async () => {
    const asked: string[] = [];
    const schedule = statelessSchedule('spy', ({ epoch, step }) => {
      asked.push(`${epoch}.${step}`);
      return 0.5 / step;
    });
    const optimizer = new SGD(backend, { lr: 9 });
    const used: number[] = [];
    const update = optimizer.update.bind(optimizer);
    optimizer.update = (params) => {
      used.push(optimizer.lr);
      update(params);
    };
    await run(model(backend), { optimizer, schedule });
    const steps = Array.from({ length: 20 }, (_, i) => i + 1);
    expect(asked).toEqual(steps.map((step) => `${step <= 10 ? 1 : 2}.${step}`));
    expect(used).toEqual(steps.map((step) => 0.5 / step));
    const exploding = run(model(backend), { schedule: statelessSchedule('high', () => 1e25), clip: 1e30 });
    await expect(exploding).rejects.toThrow('Lower the learning rate (1e+25)');
  });

  test('a schedule by epochs has the bits of a rate that the caller sets after each', async () => {
    const [trained, other] = [model(backend), model(backend)];
    await run(trained, { schedule: decayAfter({ lr: 0.5, after: 1 }), epochs: 3 });
    const optimizer = new SGD(backend, { lr: 0.5 });
    for await (const { event, epoch } of train(other, options({ optimizer, epochs: 3 }))) {
      if (event === 'epoch') optimizer.lr = 0.5 * 0.5 ** epoch;
    }
    expect(weights(trained)).toEqual(weights(other));
  });

  test('tells schedule and average of each validation', async () => {
    const [schedule, average] = [new Plateau({ lr: 0.5 }), new NTASGD(backend)];
    const events = await run(model(backend), { schedule, average, valid: corpus });
    const perplexities = events.flatMap((event) => (event.event === 'epoch' ? [event.validPerplexity] : []));
    expect(schedule.save().best).toEqual([Math.min(...perplexities.map(Number))]);
    expect((await average.save()).numbers.perplexities).toEqual(perplexities);
  });

  test.each([
    ['plateau', { schedule: new Plateau({ lr: 0.5 }) }],
    ['nt-asgd', { average: new NTASGD(backend) }],
  ])('refuses %s without a validation text, before any step', async (name, given) => {
    const trained = model(backend);
    const before = weights(trained);
    await expect(run(trained, given)).rejects.toThrow(
      `train: ${name} needs a validation perplexity, but there is no validation text. Give a`,
    );
    expect(weights(trained)).toEqual(before);
  });

  test('measures the average of the weights, and trains on with the weights themselves', async () => {
    const [trained, other] = [model(backend), model(backend)];
    const average = new EMA(backend, { decay: 0.9 });
    const events = await run(trained, { average, valid: corpus });
    const without = await run(other, { valid: corpus });
    expect(losses(events)).toEqual(losses(without));
    expect(weights(trained)).toEqual(weights(other));
    const measured = await average.during(trained.params, () => evaluate(trained, corpus));
    const last = events.at(-1);
    expect(last?.event === 'epoch' && last.validPerplexity).toBe(measured.perplexity);
    expect(measured.perplexity).not.toBe((await evaluate(trained, corpus)).perplexity);
  });

  test('blocks of other lengths have the learning rate in proportion, and count by their tokens', async () => {
    const [long, trained] = [{ N: 2, T: 8, end: 'cut' } as const, model(backend)];
    const lengths = new RandomLengths(new Random(2), 8);
    const batches = new StreamBatches(ids, { ...long, lengths });
    const optimizer = new SGD(backend, { lr: 0.5 });
    const used: number[] = [];
    const update = optimizer.update.bind(optimizer);
    optimizer.update = (params) => {
      used.push(optimizer.lr / 0.5);
      update(params);
    };
    const events = await run(trained, { batches, optimizer });
    const epochs = events.filter(({ event }) => event === 'epoch');
    expect(epochs).toHaveLength(2);
    expect(optimizer.lr).toBe(0.5);
    const first = used.slice(0, epochs[0].step);
    expect(first.reduce((a, b) => a + b)).toBeCloseTo(batches.stepsPerEpoch, 12);
    expect(new Set(used).size).toBeGreaterThan(3);
    const sum = losses(events.slice(0, first.length)).reduce((all, loss, i) => all + loss * first[i], 0);
    const [epoch] = epochs;
    expect(epoch.event === 'epoch' && epoch.trainPerplexity).toBeCloseTo(
      Math.exp(sum / batches.stepsPerEpoch),
      9,
    );
  });

  test('schedules and progress go by the tokens read, whatever the lengths of the blocks', async () => {
    const T = 8;
    const batches = new StreamBatches(ids, {
      N: 2,
      T,
      end: 'cut',
      lengths: new RandomLengths(new Random(2), T),
    });
    const asked: number[] = [];
    const schedule = statelessSchedule('spy', ({ step }) => {
      asked.push(step);
      return 0.5;
    });
    const events = await run(model(backend), { batches, schedule });
    const shares = events.flatMap((event) => (event.event === 'step' ? [event.epoch - 1 + event.share] : []));
    expect(shares.at(-1)).toBe(2);
    const blocks = shares.map((share) => 1 + share * batches.stepsPerEpoch);
    [1, ...blocks].slice(0, -1).forEach((step, i) => expect(asked[i]).toBeCloseTo(step, 9));
    expect(asked.every(Number.isInteger)).toBe(false);
    const ends = events.filter(({ event }) => event === 'epoch').map(({ step }) => shares[step - 1]);
    expect(ends).toEqual([1, 2]);
  });

  test.each(optimizers)('%s gives the same bits on any number of threads, and learns', async (name, make) => {
    const ends = [1, 3].map(async (threads) => {
      const on = await openBackend('wasm-strict', { threads });
      const trained = model(on, 1, { embeddingSize: 100, hiddenSize: 100 });
      const optimizer = make(on, { lr: name === 'SGD' ? 0.1 : 0.003 });
      const found: number[] = [];
      for await (const event of train(trained, options({ epochs: 3, optimizer }, on))) {
        if (event.event === 'step') found.push(event.loss);
      }
      return [found, weights(trained)] as const;
    });
    const [one, three] = await Promise.all(ends);
    expect(three).toEqual(one);
    const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b);
    expect(sum(one[0].slice(-10))).toBeLessThan(sum(one[0].slice(0, 10)));
  });

  test('gives the same bits for the same seed, and others for another', async () => {
    const [a, b, c] = [model(backend, 1), model(backend, 1), model(backend, 2)];
    const runs = [await run(a), await run(b), await run(c)].map(losses);
    expect(runs[1]).toEqual(runs[0]);
    expect(weights(b)).toEqual(weights(a));
    expect(runs[2]).not.toEqual(runs[0]);
  });

  test('gives the same bits on any number of threads', async () => {
    const ends = [1, 2, 3].map(async (threads) => {
      const on = await openBackend('wasm-strict', { threads });
      const trained = model(on, 1, { embeddingSize: 100, hiddenSize: 100 });
      const found: number[] = [];
      for await (const event of train(trained, options({ epochs: 1 }, on))) {
        if (event.event === 'step') found.push(event.loss);
      }
      return [found, weights(trained)];
    });
    const [one, two, three] = await Promise.all(ends);
    expect(two).toEqual(one);
    expect(three).toEqual(one);
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

  test("resets the states where the streams start anew ('cut'), and not where they go round ('wrap')", async () => {
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

  test('stops after the step under way when it is aborted, and says so last', async () => {
    const controller = new AbortController();
    const trained = model(backend);
    const events: TrainEvent[] = [];
    for await (const event of train(trained, options({ signal: controller.signal }))) {
      events.push(event);
      if (event.step === 13) controller.abort();
    }
    expect(events.at(-1)).toEqual({ event: 'interrupted', epoch: 2, step: 13 });
    expect(losses(events)).toHaveLength(13);
    expect(weights(trained)).toEqual(weights(openLoop(13).trained));
  });

  test('aborted from the start, it takes no step', async () => {
    const trained = model(backend);
    const before = weights(trained);
    expect(await run(trained, { signal: AbortSignal.abort() })).toEqual([
      { event: 'interrupted', epoch: 1, step: 0 },
    ]);
    expect(weights(trained)).toEqual(before);
  });

  test('hears an abort that comes from a timer while it works', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const events = await run(model(backend), { epochs: 1_000_000, signal: controller.signal });
    expect(events.at(-1)?.event).toBe('interrupted');
  });

  test('throws at the first loss that is not finite, names the step, and leaves the weights as they were', async () => {
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

  test('throws when a learning rate far too high makes it explode', async () => {
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
