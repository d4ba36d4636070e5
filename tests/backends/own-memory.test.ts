import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import { chooseNext, Writer } from '../../src/generation/writing/writer.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import type { Arena } from '../../src/tensor/arena.ts';
import { Random } from '../../src/tensor/random.ts';
import { Tensor } from '../../src/tensor/tensor.ts';
import { EMA } from '../../src/training/averages/ema.ts';
import { evaluate } from '../../src/training/evaluation/evaluate.ts';
import { Adam } from '../../src/training/optimizers/adam.ts';
import { Momentum } from '../../src/training/optimizers/momentum.ts';
import { RMSprop } from '../../src/training/optimizers/rmsprop.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { train } from '../../src/training/train.ts';
import '../support/backends.ts'; // relaxed SIMD on Node 20
import { trainingData } from '../support/models.ts';

type Args = readonly unknown[];

/** The calls of a backend's operations, the first of each with each set of arguments that are tensors. */
function recording(inner: Backend): { backend: Backend; calls: Map<string, { name: string; args: Args }> } {
  const calls = new Map<string, { name: string; args: Args }>();
  const backend = new Proxy(inner, {
    get(_, name) {
      const member: unknown = Reflect.get(inner, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        calls.set(`${String(name)} ${args.map((one) => typeof one)}`, { name: String(name), args });
        return member.apply(inner, args);
      };
    },
  });
  return { backend, calls };
}

/** Trains, evaluates and generates with models of every cell and everything around them. */
async function useAll(backend: Backend): Promise<void> {
  const { ids, corpus, vocabulary } = trainingData(300, 40);
  const sizes = { vocabSize: vocabulary.size, embeddingSize: 8, hiddenSize: 8, layers: 1 };
  const regularisation = { dropout: 0.2, wordDropout: 0.1, ar: 1, tar: 1 };
  const recipes = [
    [
      { ...sizes, cell: 'rnn' },
      { ...regularisation, weightDrop: 0.1 },
      new SGD(backend, { lr: 0.1, weightDecay: 0.1 }),
    ],
    [{ ...sizes, cell: 'lstm', zoneout: 0.1 }, regularisation, new Adam(backend)],
    [{ ...sizes, cell: 'gru', resetAfter: true }, { locked: true, dropout: 0.1 }, new RMSprop(backend)],
    [
      { ...sizes, cell: 'lstm-cifg', tied: true },
      { sampledSoftmax: { size: 10 } },
      new Momentum(backend, { lr: 0.1 }),
    ],
    [{ ...sizes, cell: 'mogrifier-lstm' }, { weightDrop: 0.1 }, new SGD(backend, { lr: 0.1 })],
    [{ ...sizes, cell: 'minlstm' }, {}, new SGD(backend, { lr: 0.1 })],
  ] as const;
  for (const [config, options, optimizer] of recipes) {
    const model = new RecurrentLM(backend, config, new Random(1), options);
    const batches = new StreamBatches(ids.subarray(0, 41), { N: 2, T: 5, end: 'cut' });
    const average = new EMA(backend);
    const run = train(model, { batches, optimizer, average, epochs: 1, clip: 1e-9, valid: corpus });
    for await (const _ of run);
    await evaluate(model, corpus, { dynamic: { decay: 0.1 }, cache: {} });
    const state = model.state();
    const writer = new Writer(model, {
      prompt: ids.slice(0, 3),
      random: new Random(1),
      banned: [1],
      topK: 3,
    });
    chooseNext(model, [writer], model.step(ids.slice(0, 1), [state]));
    model.resetState();
    const { xs, ts } = model.place({ N: 1, T: 3, xs: ids.slice(0, 3), ts: ids.slice(1, 4) });
    model.rank(xs, ts, 2);
    const { resets } = model.place({
      N: 1,
      T: 3,
      xs: ids.slice(0, 3),
      ts: ids.slice(1, 4),
      resets: Int32Array.of(0, 1, 0),
    });
    model.forward(xs, ts, true, true, resets);
    model.backward();
  }
}

const twinOf = (arena: Arena, x: Tensor): Tensor =>
  x.order === 'time' ? arena.sequence(x.shape, x.type) : arena.tensor(x.shape, x.type);

/** The arguments with one tensor after the other, those in blocks too, replaced by an equal one of another memory. */
function* withForeign(args: Args, arena: Arena): Generator<Args> {
  for (const [i, arg] of args.entries())
    for (const foreign of foreignOf(arg, arena)) yield args.with(i, foreign);
}

function* foreignOf(arg: unknown, arena: Arena): Generator<unknown> {
  if (arg instanceof Tensor) yield twinOf(arena, arg);
  else if (arg !== null && typeof arg === 'object') {
    for (const [key, inner] of Object.entries(arg)) {
      for (const foreign of foreignOf(inner, arena)) yield { ...arg, [key]: foreign };
    }
  }
}

describe.each([
  ['reference', 'reference', 1],
  ['wasm', 'wasm', 1],
  ['wasm on two threads', 'wasm', 2],
])('every operation of %s', (_, name, threads) => {
  test('refuses a tensor of another backend in any argument', async () => {
    const [own, other] = [await openBackend(name, { threads }), await openBackend(name, { threads: 1 })];
    const { backend, calls } = recording(own);
    await useAll(backend);
    expect(calls.size).toBeGreaterThan(35);
    const [refused, taken]: [string[], string[]] = [[], []];
    for (const { name: operation, args } of calls.values()) {
      for (const foreign of withForeign(args, other.arena)) {
        const call = async () => Reflect.get(own, operation).apply(own, foreign);
        const said = await call().then(() => 'nothing', String);
        const isRefused = said.includes('is in the memory of another backend');
        (isRefused ? refused : taken).push(`${operation}: ${said}`);
      }
    }
    expect(taken).toEqual([]);
    expect(refused.length).toBeGreaterThan(110);
  });

  test('refuses its own tensors after close(), except for reading', async () => {
    const own = await openBackend(name, { threads });
    const x = own.arena.tensor([1, 3]);
    own.fill(x, 1);
    own.close();
    for (const use of [() => own.fill(x, 2), () => own.copy(x, x), () => own.arena.tensor([1])]) {
      expect(use).toThrow('the backend was closed; open another one');
    }
    expect([...(own.readSync?.(x) ?? [])]).toEqual([1, 1, 1]);
  });
});
