import type { Tokenizer } from '../tokenizer.ts';
import { bpeOf } from './parameters.ts';

/** Creates the tokenizer from the parameters of a model file. */
export function bpeFromJSON(parameters: Readonly<Record<string, unknown>>): Tokenizer {
  return bpeOf(parameters);
}

/**
 * In a page: loads byte-level BPE, which bundles keep in a separate chunk. `loadModel` does so itself; call it once before
 * `readModelFile` or `tokenizerFromJSON` opens a BPE model. In Node it does nothing.
 */
export async function loadBPE(): Promise<void> {}
