import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { ReferenceBackend } from '../../src/backends/reference/reference.ts';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import { openTokenizer } from '../../src/data/tokenizers/open.ts';
import { cellNames } from '../../src/models/cells.ts';
import type { RecurrentConfig } from '../../src/models/config.ts';
import { saveModelFile, writeModelFile } from '../../src/models/model-file.ts';
import type { ModelOptions } from '../../src/models/model-options.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { saveWeights, writeWeights } from '../../src/models/weights.ts';
import { Random } from '../../src/tensor/random.ts';
import { EMA } from '../../src/training/averages/ema.ts';
import { evaluate, tokenLosses } from '../../src/training/evaluation/evaluate.ts';
import { Adam } from '../../src/training/optimizers/adam.ts';
import { packState, unpackState } from '../../src/training/state/packed-state.ts';
import type { TrainingState } from '../../src/training/state/training-state.ts';
import { type TrainEvent, type TrainOptions, train } from '../../src/training/train.ts';
import { asyncBackend } from '../support/async-backend.ts';
import { trainingData } from '../support/models.ts';

const { ids, corpus, vocabulary } = trainingData(400, 30);
const V = vocabulary.size;
const config = (cell: RecurrentConfig['cell']): RecurrentConfig => {
  return { cell, vocabSize: V, embeddingSize: 6, hiddenSize: 6, layers: 2, tied: true };
};
/** All that takes part in a step. */
const full: ModelOptions = {
  dropout: 0.2,
  wordDropout: 0.1,
  ar: 2,
  tar: 1,
  scale: 0.3,
  sampledSoftmax: { size: 24 },
};
const lstm: RecurrentConfig = { ...config('lstm'), zoneout: 0.1, zoneoutCell: 0.2 };

function optionsOn(backend: Backend, given: Partial<TrainOptions> = {}): TrainOptions {
  return {
    batches: new StreamBatches(ids, { N: 4, T: 7, end: 'wrap' }),
    optimizer: new Adam(backend, { lr: 0.01 }),
    average: new EMA(backend, { decay: 0.9 }),
    clip: 0.5,
    valid: corpus,
    epochs: 2,
    checkpoints: { steps: 5 },
    ...given,
  };
}

function timeless(state: TrainingState): TrainingState {
  const { anchor, meter } = state;
  return {
    ...state,
    meter: { ...meter, seconds: 0 },
    anchor: anchor && { ...anchor, state: timeless(anchor.state) },
  };
}

/** What a run says but for its speed, and the weights that it leaves. */
async function runOn(model: RecurrentLM, options: TrainOptions) {
  const events: unknown[] = [];
  const checkpoints: Extract<TrainEvent, { event: 'checkpoint' }>[] = [];
  const weights: unknown[] = [];
  for await (const event of train(model, options)) {
    if (event.event === 'checkpoint') {
      checkpoints.push(event);
      weights.push(await saveWeights(model));
    } else if ('tokensPerSecond' in event) events.push({ ...event, tokensPerSecond: null });
    else events.push(event);
  }
  const states = checkpoints.map(({ state }) => timeless(state));
  return { events, states, weights, last: await saveWeights(model) };
}

const both = (): Backend[] => [new ReferenceBackend(), asyncBackend()];

describe('on a backend with only an asynchronous read,', () => {
  test.each(cellNames)('training has the same bits as synchronous training: %s', async (cell) => {
    const [plain, waiting] = await Promise.all(
      both().map((backend) => {
        const options = { ...(cell === 'lstm' && { weightDrop: 0.2 }), dropout: 0.2 };
        const model = new RecurrentLM(backend, config(cell), new Random(1), options);
        return runOn(model, optionsOn(backend, { epochs: 1 }));
      }),
    );
    expect(waiting).toEqual(plain);
  });

  test('training with all options, an average, checkpoints and a resume has the same bits', async () => {
    const [plain, waiting] = await Promise.all(
      both().map(async (backend) => {
        const model = new RecurrentLM(backend, lstm, new Random(1), full);
        return runOn(model, optionsOn(backend));
      }),
    );
    expect(plain.states.length).toBeGreaterThan(4);
    expect(waiting).toEqual(plain);
    const backend = asyncBackend();
    const resumed = new RecurrentLM(backend, lstm, undefined, full);
    writeWeights(resumed, plain.weights[2] as Awaited<ReturnType<typeof saveWeights>>);
    const from = unpackState(packState(plain.states[2]), 'here');
    const { last } = await runOn(resumed, optionsOn(backend, { from }));
    expect(last).toEqual(plain.last);
  });

  test('a diverging run rolls back to the same step and continues with the same bits', async () => {
    const results = await Promise.all(
      both().map(async (backend) => {
        const model = new RecurrentLM(backend, config('rnn-relu'), new Random(1));
        const optimizer = new Adam(backend, { lr: 0.01 });
        const update = optimizer.update.bind(optimizer);
        let updates = 0;
        optimizer.update = (params) => {
          update(params);
          if (++updates === 8) backend.fill(params[1].value, Number.NaN);
        };
        const options = optionsOn(backend, {
          optimizer,
          onDivergence: 'rollback',
          checkpoints: { steps: 3 },
        });
        return runOn(model, options);
      }),
    );
    expect(results[0].events).toContainEqual(expect.objectContaining({ event: 'rollback' }));
    expect(results[1]).toEqual(results[0]);
  });

  test.each([
    ['plain', {}],
    ['dynamic', { dynamic: { lr: 0.1, decay: 0.01, clip: 0.5 } }],
    ['with a cache', { cache: { window: 50 } }],
    ['with both', { dynamic: {}, cache: {} }],
  ])('an evaluation has the same bits: %s', async (_, options) => {
    const [plain, waiting] = await Promise.all(
      both().map(async (backend) => {
        const model = new RecurrentLM(backend, lstm, new Random(1), { scale: 0.5 });
        const block = { N: 1, T: 3, xs: ids.subarray(0, 3), ts: ids.subarray(1, 4) };
        model.predict(model.place(block).xs);
        const carried = await model.save();
        const losses = await tokenLosses(model, ids, options);
        expect(await model.save()).toEqual(carried);
        return [losses, await evaluate(model, corpus, options), await saveWeights(model)];
      }),
    );
    expect(waiting).toEqual(plain);
  });

  test('a model file has the same bytes', async () => {
    const saved = (backend: Backend) => ({
      model: new RecurrentLM(backend, lstm, new Random(1)),
      tokenizer: openTokenizer('word'),
      vocabulary,
      recipe: null,
      corpus: null,
      results: null,
      extras: new Map(),
    });
    const [plain, waiting] = both().map(saved);
    expect(await saveModelFile(waiting)).toEqual(writeModelFile(plain));
    expect(() => writeModelFile(waiting)).toThrow('readWeights: this backend can only read asynchronously');
  });

  test('concurrent computations on one model do not interfere', async () => {
    const model = new RecurrentLM(asyncBackend(), lstm, new Random(1), { scale: 0.5 });
    const options = { T: 16 };
    const alone = await tokenLosses(model, ids, options);
    const state = model.state();
    const [losses] = await Promise.all([
      tokenLosses(model, ids, options),
      model.call(() => model.read(Int32Array.of(1, 2), [state])),
    ]);
    expect(losses).toEqual(alone);
  });

  test('place refuses ids outside the vocabulary', () => {
    const model = new RecurrentLM(asyncBackend(), lstm, new Random(1));
    const place = (xs: number, ts: number) => () =>
      model.place({ N: 1, T: 1, xs: Int32Array.of(xs), ts: Int32Array.of(ts) });
    expect(place(V, 0)).toThrow(`RecurrentLM: row 0 has the id ${V}; ids must be 0 to ${V - 1}.`);
    expect(place(-1, 0)).toThrow('has the id -1');
    expect(place(0, V)).toThrow(`has the id ${V}`);
    expect(place(0, -1)).not.toThrow(); // ignored
  });
});
