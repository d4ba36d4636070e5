import type { Backend } from '../../src/backends/backend.ts';
import { Corpus } from '../../src/data/corpus.ts';
import { openTokenizer } from '../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import type { RecurrentConfig } from '../../src/models/config.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { Random } from '../../src/tensor/random.ts';
import { pseudoText } from './pseudo-text.ts';

/** A text with its vocabulary, and models that fit it. */
export interface TrainingData {
  readonly ids: Int32Array;
  readonly corpus: Corpus;
  readonly vocabulary: Vocabulary;
  model(backend: Backend, seed?: number, config?: Partial<RecurrentConfig>): RecurrentLM;
}

/** Pseudo-text of `tokens` tokens, drawn from `words` words. Models have D=H=8 unless told otherwise. */
export function trainingData(tokens: number, words: number, seed = 1): TrainingData {
  const text = pseudoText(seed, tokens, words);
  const tokenizer = openTokenizer('word');
  const vocabulary = Vocabulary.build(tokenizer.tokenize(text));
  const corpus = Corpus.encode(text, tokenizer, vocabulary);
  const sizes = {
    cell: 'rnn',
    vocabSize: vocabulary.size,
    embeddingSize: 8,
    hiddenSize: 8,
    layers: 1,
  } as const;
  return {
    ids: corpus.ids,
    corpus,
    vocabulary,
    model: (backend, modelSeed = 1, config = {}) =>
      new RecurrentLM(backend, { ...sizes, ...config }, new Random(modelSeed)),
  };
}
