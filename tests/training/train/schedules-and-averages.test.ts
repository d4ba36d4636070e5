import { describe, expect, test } from 'vitest';
import { StreamBatches } from '../../../src/data/batches/stream-batches.ts';
import { Random } from '../../../src/tensor/random.ts';
import { EMA } from '../../../src/training/averages/ema.ts';
import { NTASGD } from '../../../src/training/averages/nt-asgd.ts';
import { evaluate } from '../../../src/training/evaluation/evaluate.ts';
import { SGD } from '../../../src/training/optimizers/sgd.ts';
import { RandomLengths } from '../../../src/training/random-lengths.ts';
import { decayAfter } from '../../../src/training/schedules/decay.ts';
import { Plateau } from '../../../src/training/schedules/plateau.ts';
import { statelessSchedule } from '../../../src/training/schedules/schedule.ts';
import { type TrainEvent, train } from '../../../src/training/train.ts';
import { threadCounts } from '../../support/backends.ts';
import { optimizers } from '../../support/optimizers.ts';
import { backend, corpus, ids, losses, model, options, run, weights } from './small-run.ts';

describe('train', () => {
  test('evaluates the validation text after each epoch, without changing training bits', async () => {
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

  test("sets the schedule's rate before each step, and names it when the loss diverges", async () => {
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

  test('a schedule per epoch has the same bits as setting the rate by hand', async () => {
    const [trained, other] = [model(backend), model(backend)];
    await run(trained, { schedule: decayAfter({ lr: 0.5, after: 1 }), epochs: 3 });
    const optimizer = new SGD(backend, { lr: 0.5 });
    for await (const { event, epoch } of train(other, options({ optimizer, epochs: 3 }))) {
      if (event === 'epoch') optimizer.lr = 0.5 * 0.5 ** epoch;
    }
    expect(weights(trained)).toEqual(weights(other));
  });

  test('passes each validation perplexity to schedule and average', async () => {
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
      `train: ${name} needs a validation perplexity, but there is no validation text. Pass a`,
    );
    expect(weights(trained)).toEqual(before);
  });

  test('evaluates the average of the weights, and continues training the weights themselves', async () => {
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

  test('the learning rate of a block is proportional to its length, and totals count tokens', async () => {
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

  test('schedules and progress depend on the tokens read, not on block lengths', async () => {
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
    const ends = threadCounts[1].map(async (on) => {
      const trained = model(on, 1, { embeddingSize: 100, hiddenSize: 100 });
      const optimizer = make(on, { lr: name === 'SGD' ? 0.1 : 0.003 });
      const found: number[] = [];
      for await (const event of train(trained, options({ epochs: 3, optimizer }, on))) {
        if (event.event === 'step') found.push(event.loss);
      }
      return [found, weights(trained)] as const;
    });
    const [one, several] = await Promise.all(ends);
    expect(several).toEqual(one);
    const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b);
    expect(sum(one[0].slice(-10))).toBeLessThan(sum(one[0].slice(0, 10)));
  });
});
