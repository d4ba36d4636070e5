import type { LossNumbers } from './calls.ts';
import { idsOf, SENTENCE, spellings, wordsOf } from './sentence.ts';
import { placed, withNetwork } from './small-network.ts';

/** The sentence through all layers: each word predicts the one that follows it. */
export function lossesOf(): Promise<LossNumbers> {
  const text = idsOf(SENTENCE);
  const [ids, targets] = [text.slice(0, -1), text.slice(1)];
  return withNetwork({}, ({ backend, embedding, rnn, affine, softmax }) => {
    const vectors = embedding.forward(placed(backend, ids));
    const hs = rnn.forward(vectors);
    const logits = affine.forward(hs);
    const probabilities = backend.arena.sequence(logits.shape);
    backend.softmax(probabilities.rows(), logits.rows());
    const { total, losses } = softmax.forward(logits, placed(backend, targets));
    return {
      ...{ words: wordsOf(ids), vocabulary: spellings, ids, targets },
      ...{ vectors: vectors.values(), states: hs.values(), logits: logits.values() },
      ...{ probabilities: probabilities.values(), losses: losses.values(), loss: total.item() },
    };
  });
}
