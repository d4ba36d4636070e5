import type { Tokenizer } from '../tokenizer.ts';
import { bpeOf } from './parameters.ts';

/** Makes the tokenizer from the parameters of a model file. */
export function bpeFromJSON(parameters: Readonly<Record<string, unknown>>): Tokenizer {
  return bpeOf(parameters);
}

/** Loads what bundles for pages leave out until a file needs it (from-json.page.ts): here nothing. */
export async function loadBPE(): Promise<void> {}
