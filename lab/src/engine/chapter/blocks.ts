import { GradientClipper, SGD, StreamBatches } from 'unrolled';
import type { BlockNumbers } from './calls.ts';
import { repeated } from './sentence.ts';
import { H, placed, withNetwork } from './small-network.ts';

/** Larger than any norm here: the clipper only measures. */
const NO_LIMIT = 1e6;

/** Trains on the first blocks of the text, one after the other: forward, backward, update, h carried on. */
export function trainBlocks(blocks: number, T: number): Promise<readonly BlockNumbers[]> {
  return withNetwork({ stateful: true }, ({ backend, embedding, rnn, affine, softmax, params }) => {
    const batches = new StreamBatches(repeated(blocks * T + 1), { N: 1, T, end: 'wrap' });
    const [optimizer, clipper] = [new SGD(backend, { lr: 0.5 }), new GradientClipper(backend, NO_LIMIT)];
    return Array.from({ length: blocks }, (_, block): BlockNumbers => {
      const { xs, ts } = batches.next();
      const start = rnn.h?.values() ?? new Float64Array(H);
      const hs = rnn.forward(embedding.forward(placed(backend, xs)));
      const { total } = softmax.forward(affine.forward(hs), placed(backend, ts));
      const loss = total.item();
      embedding.backward(rnn.backward(affine.backward(softmax.backward())));
      const gradientNorm = clipper.clip(params);
      optimizer.update(params);
      return { first: block * T, loss, gradientNorm, start, end: hs.step(T - 1).values() };
    });
  });
}
