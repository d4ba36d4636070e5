// Type-checked against the installed package by scripts/package-check.mjs, then run.
import {
  type Backend,
  Corpus,
  configs,
  evaluate,
  generate,
  openBackend,
  openTokenizer,
  Random,
  RecurrentLM,
  SGD,
  StreamBatches,
  type TrainEvent,
  train,
  UnrolledError,
  Vocabulary,
} from 'unrolled';
import {
  defaultRecipe,
  MemoryStore,
  type Plan,
  planTraining,
  presets,
  type RunEvent,
  runTraining,
} from 'unrolled/recipe';
import { type Completion, complete, openService, serve } from 'unrolled/serving';
import * as standalone from 'unrolled/standalone';

const text = 'you say goodbye and i say hello .\n'.repeat(20);
const tokenizer = openTokenizer('word');
const vocabulary: Vocabulary = Vocabulary.build(tokenizer.tokenize(text));
const corpus: Corpus = Corpus.encode(text, tokenizer, vocabulary);
const backend: Backend = await openBackend();
const config = configs.simpleRnnlm({ vocabSize: vocabulary.size, embeddingSize: 8, hiddenSize: 8 });
const model = new RecurrentLM(backend, config, new Random(1));
const batches = new StreamBatches(corpus.ids, { N: 2, T: 5, end: 'wrap' });

const losses: number[] = [];
const optimizer = new SGD(backend, { lr: 0.5 });
for await (const event of train(model, {
  batches,
  optimizer,
  epochs: 20,
}) satisfies AsyncIterable<TrainEvent>) {
  if (event.event === 'step') losses.push(event.loss);
}
const { perplexity } = await evaluate(model, corpus);
const prompt = Int32Array.of(vocabulary.idOf('you') ?? 0);
const tokens: string[] = [];
for await (const id of generate(model, { prompt, random: new Random(1), temperature: 0, length: 1 })) {
  tokens.push(vocabulary.tokenOf(id));
}
if (!(perplexity < 3) || tokens[0] !== 'say') {
  throw new UnrolledError(
    'diverged',
    `consumer: perplexity ${perplexity} after ${losses.length} steps, next ${tokens}.`,
  );
}

const service = openService([serve('hello', { model, tokenizer, vocabulary })]);
const answer: Completion = await complete(service, { prompt: 'you', temperature: 0, max_tokens: 1 });
if (answer.choices[0].text !== ' say') {
  throw new UnrolledError('diverged', `consumer: the service answers ${JSON.stringify(answer)}.`);
}

const sizes = { hidden: 8, wordvec: 8, batch: 2, time: 5, epochs: 2, maxTokens: 100 };
const plan: Plan = await planTraining(
  { recipe: { ...defaultRecipe, ...presets['simple-rnnlm'], ...sizes }, asked: sizes, open: 'nothing' },
  { train: [{ name: 'text', text, sha256: '', bytes: text.length }], valid: null, test: null },
  { out: 'model', openBackend },
);
const store = new MemoryStore();
const events: RunEvent['event'][] = [];
for await (const { event } of runTraining(plan, { store })) events.push(event);
if (events.at(-1) !== 'result' || store.read('model').length === 0) {
  throw new UnrolledError('diverged', `consumer: the run ended with ${events.at(-1)}.`);
}

// The file without imports has the types and the exports of the library.
if (!(await standalone.openBackend('reference')).description.startsWith('reference')) {
  throw new UnrolledError('diverged', 'consumer: the standalone file opens another backend.');
}

/** The kernels as files, compiled by hosts that forbid compiling in programs: here only their types. */
type Kernels = [
  typeof import('unrolled/kernels.wasm').default,
  typeof import('unrolled/kernels-strict.wasm').default,
  typeof import('unrolled/kernels-shared.wasm').default,
  typeof import('unrolled/kernels-strict-shared.wasm').default,
];
export const modules = (kernels: Kernels): readonly WebAssembly.Module[] => kernels;

// @ts-expect-error a misspelled option must not pass the types
export const misspelled = (): SGD => new SGD(backend, { rate: 0.5 });
