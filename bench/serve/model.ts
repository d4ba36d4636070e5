import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  openBackend,
  openTokenizer,
  Random,
  RecurrentLM,
  Vocabulary,
  writeModelFile,
} from '../../src/index.ts';

export interface ModelSizes {
  /** Words without `<eos>` and `<unk>`. */
  readonly words: number;
  /** D and H. */
  readonly width: number;
}

/**
 * Writes the file of an untrained LSTM: its answers are nonsense but take the same time. Its weights are large, so that
 * predictions depend on the whole prompt.
 */
export async function writeModel(folder: string, { words, width }: ModelSizes): Promise<string> {
  const vocabulary = Vocabulary.fromTokens([...namesOf(words), '<eos>', '<unk>'], '<unk>');
  const config = {
    cell: 'lstm',
    vocabSize: vocabulary.size,
    embeddingSize: width,
    hiddenSize: width,
    layers: 1,
  };
  const backend = await openBackend('wasm', { threads: 1 });
  const model = new RecurrentLM(backend, { ...config, cell: 'lstm' }, new Random(1), { scale: 0.5 });
  const file = join(folder, 'nonsense.safetensors');
  const notes = { recipe: null, corpus: null, results: null, extras: new Map() };
  writeFileSync(file, writeModelFile({ model, tokenizer: openTokenizer('word'), vocabulary, ...notes }));
  return file;
}

/** A text of `count` random words of the model. */
export function randomText(random: Pick<Random, 'uniform'>, count: number, words: number): string {
  return Array.from({ length: count }, () => `w${Math.floor(random.uniform() * words)}`).join(' ');
}

function namesOf(words: number): string[] {
  return Array.from({ length: words }, (_, i) => `w${i}`);
}
