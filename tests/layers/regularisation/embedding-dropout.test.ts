import { describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { EmbeddingDropout } from '../../../src/layers/regularisation/embedding-dropout.ts';
import { TimeEmbedding } from '../../../src/layers/time/embedding.ts';
import { MaskSource } from '../../../src/tensor/mask-source.ts';
import { fastBackends } from '../../support/backends.ts';
import { dot, expectClose, expectGradient, RandomTensors } from '../../support/tensors.ts';

const reference = await openBackend('reference');
const [N, T, V, D] = [4, 6, 7, 5];

const setUp = ({ on = reference, rate = 0.4, seed = 1 } = {}) => {
  const make = new RandomTensors(on, 2);
  const masks = new MaskSource(seed);
  const W = make.param('embedding.W', [V, D]);
  const embedding = new TimeEmbedding(on, W);
  const layer = new EmbeddingDropout(on, masks, { rate });
  const [ids, dout] = [make.ids([N, T], V), make.sequence([N, T, D])];
  const forward = () => layer.forward(embedding.forward(ids), ids);
  const backward = () => embedding.backward(layer.backward(dout));
  return { make, masks, W, embedding, layer, ids, dout, forward, backward };
};

/** The words that are gone in a block; throws if one is gone in some places only. */
function goneWords({ ids, forward }: ReturnType<typeof setUp>): Set<number> {
  const [out, words] = [forward().values(), ids.values()];
  const gone = new Map<number, boolean>();
  words.forEach((id, i) => {
    const zeros = out.subarray(i * D, (i + 1) * D).filter((y) => y === 0).length;
    expect(zeros === 0 || zeros === D).toBe(true);
    expect(gone.get(id) ?? zeros > 0).toBe(zeros > 0);
    gone.set(id, zeros > 0);
  });
  return new Set([...gone].flatMap(([id, isGone]) => (isGone ? [id] : [])));
}

describe('EmbeddingDropout', () => {
  test('drops a word at all its positions in a block, and other words in the next', () => {
    const on = setUp();
    expect(new Set(on.ids.values()).size).toBeLessThan(N * T);
    const blocks = Array.from({ length: 4 }, () => {
      on.masks.next();
      return [...goneWords(on)].toSorted();
    });
    expect(blocks.some((words) => words.length > 0)).toBe(true);
    expect(new Set(blocks.map(String)).size).toBeGreaterThan(1);
  });

  test('equals a lookup in W with some rows 0 and the others divided by 1 − rate', () => {
    const on = setUp();
    const gone = goneWords(on);
    const [W, ids] = [on.W.value.values(), on.ids.values()];
    const expected = [...ids].flatMap((id) =>
      [...W.subarray(id * D, (id + 1) * D)].map((w) => (gone.has(id) ? 0 : w * (1 / (1 - 0.4)))),
    );
    expect([...on.forward().values()]).toEqual(expected);
  });

  test('has the numeric gradient of W, which is 0 in the rows of dropped words', () => {
    const on = setUp();
    const gone = goneWords(on);
    expect(gone.size).toBeGreaterThan(0);
    on.backward();
    expectGradient('W', on.W.grad, () => dot(on.forward(), on.dout), on.W.value);
    for (const id of gone) {
      expect([...on.W.grad.values().subarray(id * D, (id + 1) * D)]).toEqual(new Array(D).fill(0));
    }
  });

  test('drops the given fraction of a large vocabulary', () => {
    const masks = new MaskSource(1);
    const layer = new EmbeddingDropout(reference, masks, { rate: 0.1 });
    const size = 10_000;
    const ids = reference.arena
      .sequence([1, size], 'int32')
      .set(Int32Array.from({ length: size }, (_, i) => i));
    const xs = reference.arena.sequence([1, size, 1]).set(new Array(size).fill(1));
    const gone = layer
      .forward(xs, ids)
      .values()
      .filter((y) => y === 0).length;
    expect(Math.abs(gone - 0.1 * size)).toBeLessThan(4 * Math.sqrt(0.1 * 0.9 * size));
  });

  test('a second backward gives the same gradient, with the mask of the last forward', () => {
    const on = setUp();
    on.forward();
    on.backward();
    const once = on.W.grad.values();
    on.masks.next();
    on.backward();
    expect(on.W.grad.values()).toEqual(once);
  });

  test('returns the same tensor at rate 0 and in evaluation', () => {
    for (const on of [setUp({ rate: 0 }), setUp()]) {
      if (on.layer.rate > 0) on.masks.training = false;
      const xs = on.embedding.forward(on.ids);
      expect(on.layer.forward(xs, on.ids)).toBe(xs);
      expect(on.layer.backward(on.dout)).toBe(on.dout);
    }
  });

  test('refuses rates outside [0, 1), invalid ids or shapes, and backward before forward', () => {
    expect(() => setUp({ rate: 1 })).toThrow(
      'EmbeddingDropout: the dropout rate is 1; it must be at least 0 and below 1',
    );
    const { make, layer, dout } = setUp();
    expect(() => layer.backward(dout)).toThrow('EmbeddingDropout: backward came before forward');
    expect(() => layer.forward(dout, make.ids([N, T + 1], V))).toThrow(
      'EmbeddingDropout: xs is (4, 6, 5), ids is int32 (4, 7); ids must be a sequence of int32 labels',
    );
    expect(() => layer.forward(dout, make.sequence([N, T]))).toThrow('ids is float64 (4, 6); ids must');
  });

  for (const backend of fastBackends) {
    test(`agrees with the reference on ${backend.description}`, () => {
      const [fast, exact] = [backend, reference].map((on) => {
        const { W, forward, backward } = setUp({ on });
        const out = forward();
        backward();
        return [out, W.grad];
      });
      fast.forEach((tensor, i) => expectClose(`result ${i}`, tensor, exact[i]));
    });
  }
});
