import * as U from '../../src/index.ts';
import { savedModel } from '../support/served.ts';

// A small model of words, with a text, ids and batches that fit it.

export const backend: U.Backend = await U.openBackend('reference');
export const saved: U.SavedModel = U.readModelFile(U.writeModelFile(savedModel('word')), backend);
export const [first, second]: readonly string[] = saved.vocabulary.tokens.filter((token) =>
  /^\w+$/.test(token),
);
export const text: string = `${first} ${second}\n`.repeat(30);
export const corpus: U.Corpus = U.Corpus.encode(text, saved);
export const prompt: Int32Array = Int32Array.of(1, 2);
export const file: Uint8Array<ArrayBuffer> = U.writeModelFile(saved);
export const later: Promise<U.SavedModel> = Promise.resolve(saved);

/** Sizes with which a run takes milliseconds. */
export const small = { layers: 1, hidden: 4, wordvec: 4, batch: 2, time: 3, epochs: 1 } as const;

export function batches(): U.StreamBatches {
  return new U.StreamBatches(corpus.ids, { N: 2, T: 3, end: 'wrap' });
}
