// Replaces from-json.ts in page bundles (`browser` in package.json): byte-level BPE is a separate chunk, loaded when a model
// needs it.
import { UnrolledError } from '../../../errors.ts';
import type { Tokenizer } from '../tokenizer.ts';

type Make = (parameters: Readonly<Record<string, unknown>>) => Tokenizer;

let make: Make | null = null;

export function bpeFromJSON(parameters: Readonly<Record<string, unknown>>): Tokenizer {
  if (make) return make(parameters);
  throw new UnrolledError(
    'call-order',
    'Tokenizer: byte-level BPE is not loaded in this page. Call await loadBPE() first, or open the model with await loadModel().',
  );
}

export async function loadBPE(): Promise<void> {
  make ??= (await import('./parameters.ts')).bpeOf;
}
