// What runs in the page and in Node alike, from the public entries alone.
import {
  Corpus,
  configs,
  generate,
  loadModel,
  openBackend,
  openTokenizer,
  Random,
  RecurrentLM,
  readModelFile,
  SGD,
  StreamBatches,
  train,
  Vocabulary,
} from '../../src/index.ts';
import { MemoryStore, trainText } from '../../src/recipe/index.ts';
import { complete, listModels, openService, score, serve, suggest } from '../../src/serving/index.ts';

export type Job =
  | { readonly kind: 'train'; readonly backend: string; readonly threads: number; readonly text: string }
  | { readonly kind: 'recipe'; readonly backend: 'wasm-strict'; readonly text: string }
  | { readonly kind: 'generate' | 'serve'; readonly backend: string; readonly file: Uint8Array };

export interface Result {
  /** The backend that ran, in its own words. */
  readonly description: string;
  readonly numbers: readonly number[];
  /** What a service answered, as JSON. */
  readonly answers?: string;
}

export function run(job: Job): Promise<Result> {
  if (job.kind === 'train') return trainOn(job.backend, job.threads, job.text);
  if (job.kind === 'recipe') return trainByRecipe(job.backend, job.text);
  return job.kind === 'serve' ? serveFrom(job.backend, job.file) : generateFrom(job.backend, job.file);
}

/** The chapter's recipe for 5 epochs: the loss of every step. */
async function trainOn(backendName: string, threads: number, text: string): Promise<Result> {
  const backend = await openBackend(backendName, { threads });
  const tokenizer = openTokenizer('word');
  const vocabulary = Vocabulary.build(tokenizer.tokenize(text));
  const { ids } = Corpus.encode(text, tokenizer, vocabulary);
  const config = configs.simpleRnnlm({ vocabSize: vocabulary.size, embeddingSize: 100, hiddenSize: 100 });
  const model = new RecurrentLM(backend, config, new Random(1));
  const batches = new StreamBatches(ids, { N: 10, T: 5, end: 'wrap' });
  const optimizer = new SGD(backend, { lr: 0.1 });
  const numbers: number[] = [];
  for await (const event of train(model, { batches, optimizer, epochs: 5 })) {
    if (event.event === 'step') numbers.push(event.loss);
  }
  return { description: backend.description, numbers };
}

/** The bytes of the model file that training by one call leaves in a store, and its losses. */
async function trainByRecipe(backend: 'wasm-strict', text: string): Promise<Result> {
  const store = new MemoryStore();
  const numbers: number[] = [];
  const { model } = await trainText(text, {
    openBackend: (name) => openBackend(name, { threads: 1 }),
    ...{ backend, store, hidden: 16, wordvec: 16, batch: 4, time: 10, epochs: 2 },
    onEvent: (event) => event.event === 'step' && numbers.push(event.loss),
  });
  numbers.push(...store.read('model.safetensors'));
  return { description: model.backend.description, numbers };
}

/** 100 ids that the model in the file makes after its first token. */
async function generateFrom(backendName: string, file: Uint8Array): Promise<Result> {
  const backend = await openBackend(backendName, { threads: 1 });
  const { model } = readModelFile(file, backend, 'the served file');
  const numbers: number[] = [];
  const options = { prompt: Int32Array.of(0), random: new Random(2), length: 100 };
  for await (const id of generate(model, options)) numbers.push(id);
  return { description: backend.description, numbers };
}

/** What a service of the model in the file answers at each endpoint; without its random ids and the time. */
async function serveFrom(backendName: string, file: Uint8Array): Promise<Result> {
  const backend = await openBackend(backendName, { threads: 1 });
  const saved = await loadModel(file, backend);
  const service = openService([serve('page', saved)]);
  const text = saved.vocabulary.tokens.slice(0, 5).join(' ');
  const body = { prompt: [text, [1, 2]], max_tokens: 12, seed: 3, n: 2, logprobs: 2 };
  const chunks: object[] = [];
  const onPiece = (chunk: object) => void chunks.push(chunk);
  const answers = [
    listModels(service),
    await complete(service, body),
    await complete(service, { ...body, stream: true }, { onPiece }),
    chunks,
    await score(service, { text, alternatives: 2 }),
    await suggest(service, { text: `${text} a` }),
  ];
  const json = JSON.stringify(answers, (key, value) => {
    if (key === 'id' || key === 'created') return undefined;
    // Math.exp and Math.log, of which probabilities are made here, differ from engine to engine in their last bits.
    return typeof value === 'number' ? Number(value.toPrecision(9)) : value;
  });
  return { description: backend.description, numbers: [], answers: json };
}
