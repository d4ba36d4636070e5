import { openBackend } from '../../../src/backends/open.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import type { NamedArray } from '../../../src/formats/named-array.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import { toConfigKeys } from '../../../src/models/config.ts';
import { type ModelContents, writeModelFile } from '../../../src/models/model-file.ts';
import { RecurrentLM } from '../../../src/models/recurrent-lm.ts';
import { Random } from '../../../src/tensor/random.ts';
import { resealed } from '../../support/resealed.ts';

export const backend = await openBackend('wasm', { threads: 1 });
export const reference = await openBackend('reference');
export const config = { cell: 'rnn', vocabSize: 4, embeddingSize: 3, hiddenSize: 5, layers: 2 } as const;

export function saved(on = backend): ModelContents {
  return {
    model: new RecurrentLM(on, config, new Random(4)),
    tokenizer: openTokenizer('word'),
    vocabulary: Vocabulary.fromTokens(['<unk>', 'häuser', '<eos>', '__proto__'], '<unk>'),
    recipe: { N: 10, T: 5, seed: 4, lr: 0.1, end: 'wrap' },
    corpus: [{ name: 'a "quoted" name.txt', sha256: 'ab', tokens: 1000 }],
    results: { trainPerplexity: 5.9, validPerplexity: null },
    extras: new Map<string, NamedArray>([
      ['unigrams', { dtype: 'I32', shape: [2], data: Int32Array.of(7, 9) }],
    ]),
  };
}

export const bytes = writeModelFile(saved());

export interface Parts {
  tensors: Map<string, NamedArray>;
  metadata: Record<string, string>;
}

/** The file with something changed in it, written anew: a sound safetensors file. */
export function changed(change: (parts: Parts) => void): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes);
  const parts = { tensors, metadata: Object.fromEntries(metadata) };
  change(parts);
  return resealed(parts.tensors, parts.metadata);
}

export const withConfig = (change: Record<string, unknown>) => (parts: Parts) => {
  parts.metadata.config = JSON.stringify({ ...toConfigKeys(config), ...change });
};

export const withArray = (name: string, array: NamedArray) => (parts: Parts) => {
  parts.tensors.set(name, array);
};

export const floats = (shape: number[], ...start: number[]): NamedArray => {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  data.set(start);
  return { dtype: 'F32', shape, data };
};
