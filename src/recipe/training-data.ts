import type { TextFile } from '../cli/files/read.ts';
import { Corpus } from '../data/corpus.ts';
import { splitText } from '../data/split-text.ts';
import { openTokenizer } from '../data/tokenizers/open.ts';
import type { Tokenizer } from '../data/tokenizers/tokenizer.ts';
import { Vocabulary } from '../data/vocabulary.ts';
import { UnrolledError } from '../errors.ts';
import type { Recipe } from './recipe.ts';

const UNKNOWN = '<unk>';

export interface Texts {
  readonly train: readonly TextFile[];
  readonly valid: TextFile | null;
  readonly test: TextFile | null;
}

/** A text as the model file remembers it. */
export type FileInfo = Omit<TextFile, 'text'>;

export type CorpusInfo = {
  readonly files: readonly FileInfo[];
  /** How many tokens of the files are trained on. */
  readonly tokens: number;
  readonly valid: FileInfo | null;
  readonly test: FileInfo | null;
};

/** The texts as a training run needs them. */
export interface TrainingData {
  readonly tokenizer: Tokenizer;
  readonly vocabulary: Vocabulary;
  /** The text that `train` was encoded from, or begins with. */
  readonly text: string;
  readonly train: Corpus;
  readonly valid: Corpus | null;
  readonly test: Corpus | null;
  readonly info: CorpusInfo;
}

/** Splits, counts and encodes; the vocabulary comes from the training part alone. Throws UnrolledError. */
export function prepare({ train, valid, test }: Texts, recipe: Recipe): TrainingData {
  const tokenizer = openTokenizer(recipe.tokens);
  const { validFraction, maxTokens } = recipe;
  const whole = joinTexts(train);
  const [text, tail] = validFraction === null ? [whole, null] : splitText(whole, validFraction);
  const start = { tokenize: (all: string) => first(tokenizer.tokenize(all), maxTokens) };
  const vocabulary = tokenizer.fixedVocabulary() ?? buildVocabulary(start.tokenize(text), tokenizer, recipe);
  const encoded = Corpus.encode(text, start, vocabulary);
  const encode = (part: string | undefined | null) =>
    typeof part === 'string' ? Corpus.encode(part, tokenizer, vocabulary) : null;
  const trainingData = {
    tokenizer,
    vocabulary,
    text,
    train: encoded,
    valid: encode(valid?.text ?? tail),
    test: encode(test?.text),
    info: {
      files: train.map(describe),
      tokens: encoded.ids.length,
      valid: valid && describe(valid),
      test: test && describe(test),
    },
  };
  checkMaterial(trainingData);
  return trainingData;
}

/** One text; a file that doesn't end its last line gets a newline before the next file begins. */
export function joinTexts(files: readonly TextFile[]): string {
  const last = files.length - 1;
  return files.map(({ text }, i) => (i < last && !text.endsWith('\n') ? `${text}\n` : text)).join('');
}

function* first(tokens: Iterable<string>, limit: number | null): Generator<string> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  for (const token of tokens) {
    if (left-- <= 0) return;
    yield token;
  }
}

function buildVocabulary(
  tokens: Iterable<string>,
  { lineEnd }: Tokenizer,
  { vocabSize }: Recipe,
): Vocabulary {
  return Vocabulary.build(tokens, {
    maxSize: vocabSize ?? Number.POSITIVE_INFINITY,
    unknown: UNKNOWN,
    lineEnd,
  });
}

function describe({ name, sha256, bytes }: TextFile): FileInfo {
  return { name, sha256, bytes };
}

function checkMaterial(trainingData: Omit<TrainingData, 'text' | 'info'>): void {
  const { ids } = trainingData.train;
  if (ids.every((id) => id === ids[0])) {
    const only = JSON.stringify(trainingData.vocabulary.tokenOf(ids[0]));
    throw new UnrolledError(
      'text-short',
      `train: every ${trainingData.tokenizer.unit} of the training text is ${only}; a model needs two different ones at least. ` +
        'Use another text, or a larger --vocab-size.',
    );
  }
  for (const part of ['valid', 'test'] as const) {
    const length = trainingData[part]?.ids.length ?? 2;
    if (length < 2) {
      throw new UnrolledError(
        'text-short',
        `train: the ${part} text has ${length} token(s); it needs 2 at least. Use a longer one.`,
      );
    }
  }
}

/** Throws UnrolledError when the training text is too short for one block. */
export function checkBlock({ train: { ids } }: TrainingData, { batch, time }: Recipe): void {
  if (ids.length < batch * time + 1) {
    throw new UnrolledError(
      'text-short',
      `train: --batch ${batch} and --time ${time} need ${batch * time + 1} tokens, the training text has ` +
        `${ids.length}; use a longer text, or a smaller --batch or --time.`,
    );
  }
}
