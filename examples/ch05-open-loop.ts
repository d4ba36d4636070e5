// The chapter's training loop with every step written out.
//
//   npx tsx examples/ch05-open-loop.ts [text.txt [epochs]]
import { configs, openBackend, Random, RecurrentLM, SGD, StreamBatches, TimeSoftmaxWithLoss } from 'unrolled';
import { chapterCorpus } from './chapter-corpus.ts';

const { ids, vocabulary } = chapterCorpus(); // 1000 tokens, so 999 pairs (x, next token)
const [N, T, epochs] = [10, 5, Number(process.argv[3] ?? 100)]; // N streams, T steps a block

const backend = await openBackend('wasm');
const config = configs.simpleRnnlm({ vocabSize: vocabulary.size, embeddingSize: 100, hiddenSize: 100 });
const model = new RecurrentLM(backend, config, new Random(1));
const softmaxWithLoss = new TimeSoftmaxWithLoss(backend);
const optimizer = new SGD(backend, { lr: 0.1 });
// Stream i starts at i·⌊999/10⌋ and wraps around at the end of the text.
const batches = new StreamBatches(ids, { N, T, end: 'wrap' });

for (let epoch = 1; epoch <= epochs; epoch++) {
  let sum = 0;
  for (let step = 0; step < batches.stepsPerEpoch; step++) {
    const { xs, ts } = model.place(batches.next()); // (N, T), and ts is xs one token later

    const vectors = model.embedding.forward(xs); // (N, T, D)
    const hs = model.rnns[0].forward(vectors); // (N, T, H), starts from the previous block's last state
    const logits = model.affine.forward(hs); // (N, T, V)
    sum += softmaxWithLoss.forward(logits, ts).total.item();

    const dlogits = softmaxWithLoss.backward(); // (N, T, V)
    const dhs = model.affine.backward(dlogits); // (N, T, H)
    const dvectors = model.rnns[0].backward(dhs); // (N, T, D); no gradient into the previous block
    model.embedding.backward(dvectors);

    optimizer.update(model.params); // W ← W − lr·dW
  }
  const perplexity = Math.exp(sum / batches.stepsPerEpoch);
  if (epoch === 1 || epoch % 10 === 0) console.log(`epoch ${epoch}: perplexity ${perplexity.toFixed(2)}`);
}
