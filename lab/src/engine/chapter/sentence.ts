import { Corpus, openTokenizer, Vocabulary } from 'unrolled';

/** The chapter's sentence. */
export const SENTENCE = 'you say goodbye and i say hello .';

const tokenizer = openTokenizer('word');

const vocabulary: Vocabulary = Vocabulary.build(tokenizer.tokenize(SENTENCE));

/** The words of the vocabulary, by id. */
export const spellings: readonly string[] = Array.from({ length: vocabulary.size }, (_, id) =>
  vocabulary.tokenOf(id),
);

/** The ids of a part of the sentence. */
export function idsOf(text: string): Int32Array {
  return Corpus.encode(text, tokenizer, vocabulary).ids;
}

const sentenceIds = idsOf(SENTENCE);

/** The first ids of the sentence, repeated. */
export function repeated(length: number): Int32Array {
  return new Int32Array(length).map((_, i) => sentenceIds[i % sentenceIds.length]);
}

export function wordsOf(ids: Int32Array): string[] {
  return Array.from(ids, (id) => spellings[id]);
}
