// The run of ch05-open-loop.ts with train() instead of the open loop: the same numbers, bit for bit.
//
//   npx tsx examples/ch05-trainer.ts [text.txt [epochs]]
import { configs, openBackend, Random, RecurrentLM, SGD, StreamBatches, train } from 'unrolled';
import { chapterCorpus } from './chapter-corpus.ts';

const { ids, vocabulary } = chapterCorpus();
const backend = await openBackend('wasm');
const config = configs.simpleRnnlm({ vocabSize: vocabulary.size, embeddingSize: 100, hiddenSize: 100 });
const model = new RecurrentLM(backend, config, new Random(1));

const events = train(model, {
  batches: new StreamBatches(ids, { N: 10, T: 5, end: 'wrap' }),
  optimizer: new SGD(backend, { lr: 0.1 }),
  epochs: Number(process.argv[3] ?? 100),
});
for await (const event of events) {
  if (event.event !== 'epoch') continue;
  const { epoch, trainPerplexity } = event;
  if (epoch === 1 || epoch % 10 === 0)
    console.log(`epoch ${epoch}: perplexity ${trainPerplexity.toFixed(2)}`);
}
