// "you say goodbye and i say hello .": the network must remember the word before `say`.
//
//   npx tsx examples/you-say-goodbye.ts
import {
  Corpus,
  configs,
  logitsAfter,
  mostLikely,
  openBackend,
  openTokenizer,
  probabilities,
  Random,
  RecurrentLM,
  SGD,
  StreamBatches,
  train,
  Vocabulary,
} from 'unrolled';

const text = 'you say goodbye and i say hello . '.repeat(3);
const tokenizer = openTokenizer('word');
const vocabulary = Vocabulary.build(tokenizer.tokenize(text)); // V = 7
const { ids } = Corpus.encode(text, tokenizer, vocabulary);

const backend = await openBackend('wasm');
const config = configs.simpleRnnlm({ vocabSize: vocabulary.size, embeddingSize: 8, hiddenSize: 16 });
const model = new RecurrentLM(backend, config, new Random(3));
const batches = new StreamBatches(ids, { N: 1, T: 4, end: 'wrap' });

for await (const event of train(model, { batches, optimizer: new SGD(backend, { lr: 0.5 }), epochs: 60 })) {
  if (event.event === 'epoch' && [6, 60].includes(event.epoch)) {
    console.log(`After ${event.epoch} epochs:`);
    for (const prompt of ['you', 'you say', 'you say goodbye and i say']) show(prompt);
  }
}

/** Early in training both words after `say` are likely; later the state decides. */
function show(prompt: string): void {
  const after = probabilities(logitsAfter(model, Corpus.encode(prompt, tokenizer, vocabulary).ids));
  const top = mostLikely(after, 2).map(
    ({ id, probability }) => `${vocabulary.tokenOf(id)} ${probability.toFixed(2)}`,
  );
  console.log(`  ${prompt.padEnd(26)} → ${top.join(', ')}`);
}
