import { vi } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { Corpus } from '../../src/data/corpus.ts';
import { openTokenizer } from '../../src/data/tokenizers/open.ts';
import type { Tokenizer } from '../../src/data/tokenizers/tokenizer.ts';
import { Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import type { RecurrentConfig } from '../../src/models/config.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { State } from '../../src/models/state/state.ts';
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

/** A model whose weights are all normal with this deviation, so that its probabilities differ as those of a trained one do. */
export function randomModel(
  backend: Backend,
  config: RecurrentConfig,
  { seed, deviation }: { readonly seed: number; readonly deviation: number },
): RecurrentLM {
  const model = new RecurrentLM(backend, config);
  const random = new Random(seed);
  for (const { value } of model.params) {
    backend.write(
      value,
      Float64Array.from({ length: value.size }, () => deviation * random.normal()),
    );
  }
  return model;
}

/** A generator whose normal numbers are none but vary as much: drawing the weights of a large model takes longer than what is tested. */
export function cheapRandom(): Random {
  let drawn = 1;
  const normal = () => {
    drawn = (drawn * 48_271) % 0x7fffffff;
    return Math.sqrt(12) * (drawn / 0x7fffffff - 0.5);
  };
  return Object.assign(new Random(1), { normal });
}

/** The states that are forked from now on and have not been released, until mocks are restored. */
export function keptStates(): ReadonlySet<State> {
  const kept = new Set<State>();
  const { fork, release } = State.prototype;
  vi.spyOn(State.prototype, 'fork').mockImplementation(function (this: State) {
    const copy = fork.call(this);
    kept.add(copy);
    return copy;
  });
  vi.spyOn(State.prototype, 'release').mockImplementation(function (this: State) {
    kept.delete(this);
    release.call(this);
  });
  return kept;
}

/** A tokenizer of a few pieces of ASCII, the longest first, which cross no beginning of a space: small enough to try every spelling. */
export function pieceTokenizer(pieces: readonly string[]): Tokenizer {
  const longest = pieces.toSorted((a, b) => b.length - a.length);
  const decoder = () => ({ push: (token: string) => token, end: () => '' });
  const tokenizer: Tokenizer = {
    kind: 'few-pieces',
    unit: 'piece',
    wholeWords: false,
    granularity: 'word',
    lineEnd: '\n',
    fixedVocabulary: () => Vocabulary.fromTokens(pieces, null),
    *tokenize(text) {
      for (let at = 0; at < text.length; ) {
        const token = longest.find((piece) => text.startsWith(piece, at)) as string;
        yield token;
        at += token.length;
      }
    },
    *spans(text) {
      let start = 0;
      for (const token of this.tokenize(text)) {
        yield { token, start, end: start + token.length };
        start += token.length;
      }
    },
    bytesOf: (token) => new TextEncoder().encode(token),
    decoder,
    readableDecoder: decoder,
    partial: (text) => text.length - (/( ?[a-z']+|\s+|\W+)$/.exec(text)?.[0].length ?? 0),
    endsWithSpace: () => false,
    toJSON: () => ({ kind: 'few-pieces', pieces }),
  };
  return tokenizer;
}
