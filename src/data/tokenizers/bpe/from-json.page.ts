// What bundles for pages have in place of from-json.ts (`browser` in package.json): byte-level BPE is a part of its own, loaded
// when a model needs it.
import { UnrolledError } from '../../../errors.ts';
import type { Tokenizer } from '../tokenizer.ts';

type Make = (parameters: Readonly<Record<string, unknown>>) => Tokenizer;

let make: Make | null = null;

export function bpeFromJSON(parameters: Readonly<Record<string, unknown>>): Tokenizer {
  if (make) return make(parameters);
  throw new UnrolledError(
    'call-order',
    'Tokenizer: this page has not loaded byte-level BPE, which the model needs. Open the model with await loadModel(bytes) first.',
  );
}

export async function loadBPE(): Promise<void> {
  make ??= (await import('./parameters.ts')).bpeOf;
}
