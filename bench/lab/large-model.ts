import {
  configs,
  openBackend,
  openTokenizer,
  Random,
  RecurrentLM,
  Vocabulary,
  writeModelFile,
} from '../../dist/index.js';

/** A model file of about 50 MB whose vocabulary has numbers as words. */
export async function largeModel(): Promise<Uint8Array> {
  const words = Array.from({ length: 8000 }, (_, i) => String(i));
  const tokenizer = openTokenizer('word');
  const vocabulary = Vocabulary.build(words, { maxSize: 9000 });
  const config = configs.simpleRnnlm({ vocabSize: vocabulary.size, embeddingSize: 700, hiddenSize: 800 });
  const backend = await openBackend('wasm');
  const model = new RecurrentLM(backend, config, new Random(1));
  const about = { recipe: null, corpus: null, results: null, extras: new Map() };
  const bytes = await writeModelFile({ model, tokenizer, vocabulary, ...about });
  backend.close();
  return bytes;
}
