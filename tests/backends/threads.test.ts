import { afterAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { type Share, Team } from '../../src/backends/wasm/threads/team.ts';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import type { RecurrentConfig } from '../../src/models/config.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { Random } from '../../src/tensor/random.ts';
import { GradientClipper } from '../../src/training/clip.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { threadCounts } from '../support/backends.ts';
import { cheapRandom } from '../support/models.ts';

/** The weights after two steps. */
function trained(backend: Backend, hiddenSize: number, cell: Partial<RecurrentConfig> = {}): Float64Array[] {
  const [V, N, T] = [1003, 7, 4];
  const sizes = { cell: 'rnn', vocabSize: V, embeddingSize: 30, hiddenSize, layers: 2 } as const;
  const config: RecurrentConfig = { ...sizes, ...cell };
  const model = new RecurrentLM(backend, config, cheapRandom());
  const random = new Random(2);
  const ids = Int32Array.from({ length: 600 }, () => Math.floor(random.uniform() * V));
  const batches = new StreamBatches(ids, { N, T, end: 'wrap' });
  const [optimizer, clipper] = [new SGD(backend, { lr: 0.5 }), new GradientClipper(backend, 0.25)];
  for (let step = 0; step < 2; step++) {
    const { xs, ts } = model.place(batches.next());
    model.forward(xs, ts);
    model.backward();
    clipper.clip(model.params);
    optimizer.update(model.params);
  }
  return model.params.map(({ value }) => value.values());
}

// Threads share the rows of narrow states, and from H=256 on their columns.
describe.each(['wasm', 'wasm-strict'])('%s', async (name) => {
  const [one, ...more] = await Promise.all([1, 2, 3, 4].map((threads) => openBackend(name, { threads })));

  test.each([50, 300])('has the same bits with 1, 2, 3 and 4 threads, H=%i', (H) => {
    const alone = trained(one, H);
    for (const several of more) expect(trained(several, H)).toEqual(alone);
  });

  test('has other bits after other steps', () => {
    expect(trained(one, 50)).not.toEqual(trained(one, 50, { cell: 'rnn-relu' }));
  });

  afterAll(() => {
    for (const backend of [one, ...more]) backend.close();
  });
});

test.each([
  [{ cell: 'rnn-relu' }, 50],
  [{ cell: 'lstm' }, 50],
  [{ cell: 'lstm', tied: true }, 130],
  [{ cell: 'lstm-cifg' }, 50],
  [{ cell: 'lstm-cifg', zoneout: 0.1, zoneoutCell: 0.3 }, 150],
  [{ cell: 'mogrifier-lstm' }, 50],
  [{ cell: 'mogrifier-lstm', zoneout: 0.1, zoneoutCell: 0.3, mogrifierRounds: 4 }, 150],
  [{ cell: 'mogrifier-lstm', tied: true, mogrifierRank: 40 }, 300],
  [{ cell: 'gru' }, 50],
  [{ cell: 'gru' }, 150],
  [{ cell: 'gru', resetAfter: true }, 50],
  [{ cell: 'gru', resetAfter: true }, 150],
  [{ cell: 'mingru' }, 50],
  [{ cell: 'mingru', tied: true }, 540],
  [{ cell: 'minlstm' }, 360],
] as const)('%o has the same bits on one thread and on several, H=%i', (cell, H) => {
  for (const [one, several] of threadCounts) expect(trained(several, H, cell)).toEqual(trained(one, H, cell));
});

test('a team covers every index once, and a team of one uses the same shares', () => {
  const words = new Int32Array(16);
  for (const count of [1, 2, 3, 4, 7]) {
    for (const [total, grain] of [
      [0, 1],
      [1, 16],
      [5, 1],
      [100, 16],
      [101, 6],
      [4096, 16],
    ]) {
      const shares = Array.from({ length: count }, (_, i) =>
        new Team(i, count, words).shares(total, grain),
      ).flat();
      expect(new Team(0, 1, words, count).shares(total, grain)).toEqual(shares);
      let next = 0;
      for (const [first, end] of shares) {
        expect(first).toBe(next);
        next = end;
      }
      expect(next).toBe(total);
    }
  }
});

test("a team takes every piece once, with sizes that don't depend on timing, four per thread if they are large enough", () => {
  const words = new Int32Array(16);
  for (const [count, total, least, grain, expected] of [
    [1, 1000, 1000, 1, [[0, 1000]]],
    [
      2,
      1000,
      1000,
      1,
      [
        [0, 500],
        [500, 1000],
      ],
    ],
    [
      2,
      1000,
      300,
      1,
      [
        [0, 333],
        [333, 666],
        [666, 1000],
      ],
    ],
    [
      2,
      80,
      1,
      16,
      [
        [0, 16],
        [16, 32],
        [32, 48],
        [48, 64],
        [64, 80],
      ],
    ],
    [3, 1200, 0.5, 1, Array.from({ length: 12 }, (_, i) => [100 * i, 100 * (i + 1)])],
    [2, 0, 10, 1, []],
  ] as const) {
    const dealt = (...teams: Team[]) => {
      words.fill(0);
      const pieces: Share[] = [];
      let takers = teams.map((team) => team.pieces(total, least, grain));
      while (takers.length > 0) {
        takers = takers.filter((taker) => {
          const next = taker.next();
          if (!next.done) pieces.push(next.value);
          return !next.done;
        });
      }
      return pieces;
    };
    expect(dealt(...Array.from({ length: count }, (_, i) => new Team(i, count, words)))).toEqual(expected);
    expect(dealt(new Team(count - 1, count, words))).toEqual(expected);
    expect(dealt(new Team(0, 1, words, count))).toEqual(expected);
  }
});

test('an invalid number of threads is an error', async () => {
  for (const threads of [0, 1.5, 65]) {
    await expect(openBackend('wasm', { threads })).rejects.toThrow(
      `wasm: threads is ${threads}; it must be an integer from 1 to 64.`,
    );
  }
});
