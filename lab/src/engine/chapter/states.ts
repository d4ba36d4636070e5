import type { StateNumbers } from './calls.ts';
import { repeated, wordsOf } from './sentence.ts';
import { H, placed, withNetwork } from './small-network.ts';

/** Reads the sentence in blocks of T words with TimeRNN; a stateful one carries h from block to block. */
export function statesOf(steps: number, T: number, stateful: boolean): Promise<StateNumbers> {
  return withNetwork({ stateful }, ({ backend, embedding, rnn }) => {
    const ids = repeated(steps);
    const states = new Float64Array(steps * H);
    const starts: number[] = [];
    for (let first = 0; first < steps; first += T) {
      starts.push(...(stateful && rnn.h ? rnn.h.values() : new Float64Array(H)));
      const xs = placed(backend, ids.slice(first, first + T));
      states.set(rnn.forward(embedding.forward(xs)).values(), first * H);
    }
    return { words: wordsOf(ids), H, states, starts: Float64Array.from(starts) };
  });
}
