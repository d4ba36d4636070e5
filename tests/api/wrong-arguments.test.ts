import { describe, expect, test } from 'vitest';
import * as U from '../../src/index.ts';
import * as recipe from '../../src/recipe/index.ts';
import * as serving from '../../src/serving/index.ts';
import { backend, batches, corpus, file, first, later, prompt, saved, small, text } from './small-model.ts';

// Programs without types can pass anything: each call works, or throws an UnrolledError that says what it needs.

const { model, vocabulary } = saved;
const random = new U.Random(1);
const still = model.clone();
const [Wx, Wh, b] = model.rnns[0].params;
const pieces = new U.BPETrainer({ vocabSize: 300 }).train();

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  let count = 0;
  for await (const _ of items) if (++count > 3) break;
}

type Call = (...args: unknown[]) => unknown;
const made =
  (Class: unknown): Call =>
  (...args: unknown[]) =>
    new (Class as new (...args: unknown[]) => unknown)(...args);

const param = (shape: number[]) => U.createParam(backend.arena, 'W', shape);
const tensor = backend.arena.tensor([2]);
const masks = new U.MaskSource(1);
const sizes = { vocabSize: 4, embeddingSize: 2, hiddenSize: 2 };
const modelOf = (config: U.RecurrentConfig) => new U.RecurrentLM(backend, config).dispose();
const ratesOf = (...args: unknown[]) =>
  U.warmUp(...(args as Parameters<typeof U.warmUp>)).rate({ epoch: 1, step: 1 });
const request = recipe.trainRequest(small);
const texts = { train: [await recipe.sourceText(text)], valid: null, test: null };
const planOptions = { out: 'plain.safetensors', openBackend: async () => U.openBackend('reference') };

/** Calls with good arguments; in place of each, one after the other, stands what does not belong there. */
const calls: readonly (readonly unknown[])[] = [
  ['loadModel', U.loadModel, file, backend],
  ['openBackend', U.openBackend, 'reference', {}],
  ['readModelFile', U.readModelFile, file, backend],
  ['saveModelFile', U.saveModelFile, saved],
  ['writeModelFile', U.writeModelFile, saved],
  ['generateText', U.generateText, saved, first, { length: 2 }],
  [
    'generate',
    (...args: unknown[]) => drain(U.generate(...(args as Parameters<typeof U.generate>))),
    model,
    { prompt, random },
  ],
  [
    'generateBatch',
    (...args: unknown[]) => drain(U.generateBatch(...(args as Parameters<typeof U.generateBatch>))),
    model,
    [{ prompt, random }],
  ],
  ['beamSearch', U.beamSearch, model, { prompt, width: 2, length: 2 }],
  ['Writer', made(U.Writer), model, { prompt, random }],
  ['logitsAfter', U.logitsAfter, model, prompt],
  ['scoreText', U.scoreText, saved, text, {}],
  ['score', (...args: unknown[]) => drain(U.score(...(args as Parameters<typeof U.score>))), saved, text, {}],
  ['compare', U.compare, saved, saved, text, {}],
  ['Suggester', made(U.Suggester), saved],
  ['evaluate', U.evaluate, model, corpus, {}],
  [
    'train',
    (...args: unknown[]) => drain(U.train(...(args as Parameters<typeof U.train>))),
    model,
    { batches: batches(), optimizer: new U.SGD(backend, { lr: 0.1 }), epochs: 1 },
  ],
  [
    'trainText',
    U.trainText,
    text,
    {
      epochs: 1,
      hidden: 4,
      wordvec: 4,
      batch: 2,
      time: 3,
      openBackend: async () => U.openBackend('reference'),
    },
  ],
  [
    'fineTune',
    U.fineTune,
    saved,
    text,
    { epochs: 1, batch: 2, time: 3, openBackend: async () => U.openBackend('reference') },
  ],
  ['RecurrentLM', made(U.RecurrentLM), backend, model.config, random, {}],
  [
    'RecurrentLM.step',
    (ids: Int32Array, states: U.State[]) => model.step(ids, states),
    prompt,
    [model.state()],
  ],
  ['RecurrentLM.trace', (ids: Int32Array) => drain(model.trace(ids)), prompt],
  ['RecurrentLM.place', (batch: U.Batch) => model.place(batch), { N: 1, T: 2, xs: prompt, ts: prompt }],
  ['State.merge', U.State.merge, [model.state()]],
  ['State.fromBytes', U.State.fromBytes, still.state().toBytes(), still],
  ['StreamBatches', made(U.StreamBatches), corpus.ids, { N: 2, T: 3, end: 'wrap' }],
  ['Corpus.encode', U.Corpus.encode, text, saved],
  ['encode', (given: string) => saved.encode(given), text],
  ['decode', (ids: Int32Array) => saved.decode(ids), prompt],
  ['splitText', U.splitText, text, 0.1],
  ['openTokenizer', U.openTokenizer, 'word'],
  ['tokenizerFromJSON', U.tokenizerFromJSON, 'word'],
  ['Vocabulary.build', U.Vocabulary.build, ['a', 'b'], {}],
  ['Vocabulary.fromTokens', U.Vocabulary.fromTokens, ['a', 'b'], null],
  ['Random', made(U.Random), 1],
  ['sample', U.sample, Float64Array.of(1, 2, 3), random, {}],
  ['probabilities', U.probabilities, Float64Array.of(1, 2, 3), {}],
  ['mostLikely', U.mostLikely, Float64Array.of(0.1, 0.9), 1],
  ['readSafetensors', U.readSafetensors, file],
  ...[U.SGD, U.Momentum, U.Nesterov].map((type) => [type.name, made(type), backend, { lr: 0.1 }] as const),
  ...[U.Adam, U.AdamW, U.AdaGrad, U.RMSprop, U.EMA, U.NTASGD].map(
    (type) => [type.name, made(type), backend, {}] as const,
  ),
  ['Muon', made(U.Muon), backend, { others: new U.SGD(backend, { lr: 0.1 }) }],
  ['initEmbedding', U.initEmbedding, model, prompt, { random: new U.Random(1) }],
  ['initOutputBias', U.initOutputBias, model, new Int32Array(model.config.vocabSize)],
  ['GradientClipper', made(U.GradientClipper), backend, 1],
  ['TimeLSTM', made(U.TimeLSTM), backend, Wx, Wh, b],
  ['TimeEmbedding', made(U.TimeEmbedding), backend, model.embedding.params[0]],
  ['TimeRNN', made(U.TimeRNN), backend, param([4, 4]), param([4, 4]), param([4]), {}],
  ['TimeAffine', made(U.TimeAffine), backend, param([4, 5]), param([5]), {}],
  ['TimeSoftmaxWithLoss', made(U.TimeSoftmaxWithLoss), backend, {}],
  ['TimeDropout', made(U.TimeDropout), backend, masks, { rate: 0.5 }],
  ['EmbeddingDropout', made(U.EmbeddingDropout), backend, masks, { rate: 0.5 }],
  ['WeightDrop', made(U.WeightDrop), backend, masks, param([2, 2]), { rate: 0.5 }],
  ['createParam', U.createParam, backend.arena, 'W', [2, 2]],
  ['initNormal', U.initNormal, param([2, 2]), random, 0.1],
  ['initByFanIn', U.initByFanIn, param([2, 2]), random],
  ['Arena.tensor', (shape: number[]) => backend.arena.tensor(shape), [2, 2]],
  ['Backend.fill', (x: U.Tensor) => backend.fill(x, 1), backend.arena.tensor([2])],
  ['Backend.write', (x: U.Tensor, numbers: number[]) => backend.write(x, numbers), tensor, [1, 2]],
  ['cosine', U.cosine, { lr: 0.1, steps: 3 }],
  ['oneCycle', U.oneCycle, { lr: 0.1, steps: 3 }],
  ['constant', U.constant, { lr: 0.1 }],
  ['stepDecay', U.stepDecay, { lr: 0.1, every: 1 }],
  ['decayAfter', U.decayAfter, { lr: 0.1, after: 1 }],
  ['Plateau', made(U.Plateau), { lr: 0.1 }],
  ['warmUp', (...args: unknown[]) => ratesOf(...args), U.constant({ lr: 0.1 }), 3],
  ...(['simpleRnnlm', 'rnnlm', 'betterRnnlm'] as const).map(
    (name) => [name, (sizes: never) => modelOf(U.configs[name](sizes)), sizes] as const,
  ),
  ['countNgrams', U.countNgrams, corpus.ids, vocabulary.size],
  ['unigramPerplexity', U.unigramPerplexity, U.countNgrams(corpus.ids, vocabulary.size), corpus.ids],
  ['bigramPerplexity', U.bigramPerplexity, U.countNgrams(corpus.ids, vocabulary.size), corpus.ids],
  ['Adam.restore', (state: never) => new U.Adam(backend).restore(state), await new U.Adam(backend).save()],
  ['saveWeights', U.saveWeights, model],
  ['writeWeights', U.writeWeights, still, U.readWeights(still)],
  ['checkWeights', U.checkWeights, model.config, U.readWeights(still), 'weights'],
  ['writeNext', U.writeNext, model, [new U.Writer(model, { prompt, random })]],
  ['StopStrings', made(U.StopStrings), ['a']],
  ['TextStreamer', made(U.TextStreamer), saved, ['a']],
  ['longestVerbatim', U.longestVerbatim, prompt, prompt],
  ['SavedModel', made(U.SavedModel), saved],
  ['BPETrainer', made(U.BPETrainer), { vocabSize: 300 }],
  ['BPETrainer.push', (part: string) => new U.BPETrainer({ vocabSize: 300 }).push(part), 'a b'],
  ['readTokenizerJSON', U.readTokenizerJSON, 'a.json', U.writeTokenizerJSON(pieces)],
  ['writeTokenizerJSON', U.writeTokenizerJSON, pieces],
  ['normalised', U.normalised, pieces, 'nfc'],
  ['RecurrentLM.state', (N: number) => model.state(N), 1],
  ['State.restore', (values: never) => model.state().restore(values), model.state().values()],
  ['trainRequest', recipe.trainRequest, { epochs: 1 }],
  ['planTraining', recipe.planTraining, request, texts, planOptions],
  [
    'runTraining',
    (...args: unknown[]) => drain(recipe.runTraining(...(args as Parameters<typeof recipe.runTraining>))),
    await recipe.planTraining(request, texts, planOptions),
    { store: new recipe.MemoryStore() },
  ],
  ['listModels', serving.listModels, serving.openService([serving.serve('one', saved)])],
  ['showModel', serving.showModel, serving.openService([serving.serve('one', saved)]), 'one'],
  ['health', serving.health, serving.openService([serving.serve('one', saved)])],
  ['planBytes', U.planBytes, backend, model.config, { N: 1, T: 2 }],
  ['serve', serving.serve, 'one', saved, {}],
  [
    'complete',
    serving.complete,
    serving.openService([serving.serve('one', saved)]),
    { prompt: first, max_tokens: 2 },
  ],
  ['sourceText', recipe.sourceText, text],
];

const strange: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a promise', later],
  ['a number', 1.5],
  ['a string', 'such a thing does not exist'],
  ['an empty object', {}],
  ['an empty list', []],
  ['a function', () => {}],
];

describe.each(calls.map(([name, call, ...good]) => ({ name, call: call as Call, good })))(
  '$name',
  ({ call, good }) => {
    test('accepts valid arguments', async () => {
      await call(...good);
    });

    test.each(strange)(
      'given %s, works or throws an UnrolledError that says what it needs',
      async (what, value) => {
        for (const at of good.keys()) {
          const args = good.with(at, value);
          const result = await Promise.resolve()
            .then(() => call(...args))
            .then(
              () => null,
              (error: unknown) => error,
            );
          const shown = result instanceof Error ? `${result.name}: ${result.message}` : String(result);
          const isFine =
            result === null || result instanceof U.UnrolledError || result instanceof serving.ApiError;
          expect(isFine, `argument ${at} as ${what}: ${shown}`).toBe(true);
          if (what === 'a promise' && result !== null) expect(shown).toMatch(/Promise|await/i);
        }
      },
    );
  },
);
