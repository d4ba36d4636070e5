import { RNN } from 'unrolled';
import type { StepNumbers } from './calls.ts';
import { repeated, wordsOf } from './sentence.ts';
import { D, H, placed, withNetwork } from './small-network.ts';

/** Reads one word of the sentence from a given state. */
export function feed(word: number, before: Float64Array): Promise<Float64Array> {
  return withNetwork({}, ({ backend, embedding, rnn }) => {
    const x = embedding.forward(placed(backend, repeated(word + 1).subarray(word))).step(0);
    const h = backend.arena.tensor([1, H]).set(before);
    return new RNN(backend, ...rnn.params).forward(x, h).values();
  });
}

/** The step of N streams, stream n at word n + 2: their states have read two words. */
export function oneStep(N: number): Promise<StepNumbers> {
  return withNetwork({}, ({ backend, embedding, rnn }) => {
    const [Wx, Wh] = rnn.params;
    const text = repeated(N + 2);
    const before = Array.from({ length: N }, (_, n) => [...text.subarray(n, n + 2)]).flat();
    const hBefore = rnn.forward(embedding.forward(placed(backend, before, N))).step(1);
    const ids = text.subarray(2);
    const x = embedding.forward(placed(backend, ids, N)).step(0);
    const [xWx, hWh] = [backend.arena.tensor([N, H]), backend.arena.tensor([N, H])];
    backend.gemm(xWx, x, Wx.value);
    backend.gemm(hWh, hBefore, Wh.value);
    const h = new RNN(backend, ...rnn.params).forward(x, hBefore);
    const sizes = { N, D, H, words: wordsOf(ids) };
    const products = { xWx: xWx.values(), hWh: hWh.values(), h: h.values() };
    const inputs = { x: x.values(), hBefore: hBefore.values() };
    return { ...sizes, ...inputs, Wx: Wx.value.values(), Wh: Wh.value.values(), ...products };
  });
}
