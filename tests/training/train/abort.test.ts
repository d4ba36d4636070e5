import { describe, expect, test } from 'vitest';
import { type TrainEvent, train } from '../../../src/training/train.ts';
import { backend, losses, model, openLoop, options, run, weights } from './small-run.ts';

describe('train', () => {
  test('stops after the current step when aborted, and ends with an interrupted event', async () => {
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

  test('takes no step if aborted from the start', async () => {
    const trained = model(backend);
    const before = weights(trained);
    expect(await run(trained, { signal: AbortSignal.abort() })).toEqual([
      { event: 'interrupted', epoch: 1, step: 0 },
    ]);
    expect(weights(trained)).toEqual(before);
  });

  test('is aborted by a timer during training', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 0);
    const events = await run(model(backend), { epochs: 1_000_000, signal: controller.signal });
    expect(events.at(-1)?.event).toBe('interrupted');
  });
});
