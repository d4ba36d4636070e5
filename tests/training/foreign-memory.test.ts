import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import { TimeAffine } from '../../src/layers/time/affine.ts';
import { TimeRNN } from '../../src/layers/time/rnn.ts';
import type { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { EMA } from '../../src/training/averages/ema.ts';
import { GradientClipper } from '../../src/training/clip.ts';
import { Adam } from '../../src/training/optimizers/adam.ts';
import type { Optimizer } from '../../src/training/optimizers/optimizer.ts';
import { train } from '../../src/training/train.ts';
import { trainingData } from '../support/models.ts';
import { optimizers } from '../support/optimizers.ts';

const { ids, model: open } = trainingData(200, 30);
const foreign = /embedding\.W is in the memory of another backend/;
const weightsOf = ({ params }: RecurrentLM) => params.map(({ value }) => value.values());

async function trainWith(model: RecurrentLM, optimizer: Optimizer): Promise<void> {
  const batches = new StreamBatches(ids, { N: 2, T: 5, end: 'wrap' });
  for await (const _ of train(model, { batches, optimizer, epochs: 1 }));
}

describe.each<[string, () => Promise<Backend>]>([
  ['reference', () => openBackend('reference')],
  ['wasm', () => openBackend('wasm', { threads: 1 })],
])('two backends of %s', (_, openOne) => {
  test.each(optimizers)(
    '%s of the other backend is refused, and changes neither model',
    async (name, make) => {
      const [one, other] = [await openOne(), await openOne()];
      const [mine, theirs] = [open(one, 1), open(other, 2)];
      const before = [weightsOf(mine), weightsOf(theirs)];
      await expect(trainWith(mine, make(other))).rejects.toThrow(foreign);
      await expect(trainWith(mine, make(other))).rejects.toThrow(`${name}: embedding.W`);
      expect([weightsOf(mine), weightsOf(theirs)]).toEqual(before);
      await trainWith(mine, make(one));
    },
  );

  test('a clipper and an average of the other backend are refused', async () => {
    const [one, other] = [await openOne(), await openOne()];
    const { params } = open(one);
    expect(() => new GradientClipper(other, 1).clip(params)).toThrow(foreign);
    expect(() => new EMA(other).update(params)).toThrow(foreign);
    await expect(new EMA(other).during(params, () => {})).rejects.toThrow(foreign);
  });

  test('a layer refuses weights and inputs of the other backend', async () => {
    const [one, other] = [await openOne(), await openOne()];
    const [{ affine }, { rnns }] = [open(one), open(one)];
    const [W, b] = affine.params;
    expect(() => new TimeAffine(other, W, b)).toThrow(
      'TimeAffine: affine.W is in the memory of another backend',
    );
    const [Wx, Wh, bias] = rnns[0].params;
    expect(() => new TimeRNN(other, Wx, Wh, bias)).toThrow('TimeRNN: rnn.0.Wx is in the memory');
    expect(() => affine.forward(other.arena.sequence([1, 2, 8]))).toThrow(
      'is in the memory of another backend',
    );
  });
});

test('an optimizer serves one model: a second one on the same backend is refused', async () => {
  const backend = await openBackend('reference');
  const [first, second] = [open(backend, 1), open(backend, 2)];
  const optimizer = new Adam(backend);
  await trainWith(first, optimizer);
  await expect(trainWith(second, optimizer)).rejects.toThrow('embedding.W already belongs to another model');
});
