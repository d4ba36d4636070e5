import { Corpus } from '../../data/corpus.ts';
import type { ItemSplit } from '../../data/items/item-split.ts';
import type { TextCodec } from '../../data/text-codec.ts';
import { checkTextLength, LONGEST_TEXT } from '../../data/texts/longest-text.ts';
import { splitText } from '../../data/texts/split-text.ts';
import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import { countTokens } from '../../data/vocabulary/count-tokens.ts';
import { Vocabulary } from '../../data/vocabulary/vocabulary.ts';
import { type OnShare, watched } from '../../data/watched-tokens.ts';
import { UnrolledError } from '../../errors.ts';
import { OptionError } from '../option-error.ts';
import type { Recipe } from '../recipe.ts';
import { type ItemCounts, ItemParts } from './item-parts.ts';
import { tokenizerOf } from './tokenizer-of.ts';

const UNKNOWN = '<unk>';

/** A text, and what the model file remembers of it. */
export interface SourceText {
  /** The name for people, without a folder. */
  readonly name: string;
  /** The text without a byte order mark. */
  readonly text: string;
  /** SHA-256 of its bytes, in hexadecimal: a resumed run must get the same texts. */
  readonly sha256: string;
  /** How many bytes it has in its encoding. */
  readonly bytes: number;
  /** The encoding of the file, as TextDecoder names it, or `bytes`. Default: UTF-8 */
  readonly encoding?: string;
}

export interface Texts {
  /** Read as one text; one at least. */
  readonly train: readonly SourceText[];
  /** Measured after each epoch. Null: what `validFraction` splits off, or none. */
  readonly valid: SourceText | null;
  /** Measured at the end. */
  readonly test: SourceText | null;
}

export type FileInfo = Omit<SourceText, 'text'>;

export type CorpusInfo = {
  readonly files: readonly FileInfo[];
  /** How many tokens of the files are trained on. */
  readonly tokens: number;
  readonly valid: FileInfo | null;
  readonly test: FileInfo | null;
  /** Where the texts are items. */
  readonly items?: ItemCounts;
};

/** The texts as a training run needs them. */
export interface TrainingData {
  readonly tokenizer: Tokenizer;
  readonly vocabulary: Vocabulary;
  /** The text that `train` was encoded from, or begins with; of items the first ones. */
  readonly text: string;
  readonly train: Corpus;
  readonly valid: Corpus | null;
  readonly test: Corpus | null;
  readonly info: CorpusInfo;
}

/**
 * Splits, counts and encodes. Throws UnrolledError.
 * @param known what to encode with. Default: tokenizer and vocabulary of the training part alone
 * @param onShare receives how much of a text is counted, then how much is encoded. Default: none
 */
export function prepare(
  texts: Texts,
  recipe: Recipe,
  known: Partial<TextCodec> = {},
  onShare?: OnShare,
): TrainingData {
  checkKind(recipe, known);
  if (recipe.items != null) return prepareItems(texts, recipe.items, recipe, known, onShare);
  const { train, valid, test } = texts;
  const { validFraction, maxTokens } = recipe;
  const whole = joinTexts(train);
  const areWords = known.tokenizer?.wholeWords ?? recipe.tokens === 'word';
  const [text, tail] = validFraction === null ? [whole, null] : splitText(whole, validFraction, !areWords);
  const cutter = known.tokenizer ?? tokenizerOf(recipe, () => [text], onShare);
  const reading = (work: 'counting' | 'encoding') => (onShare ? watched(cutter, work, onShare) : cutter);
  const start = (work: 'counting' | 'encoding') => {
    return { tokenize: (all: string) => first(reading(work).tokenize(all), maxTokens) };
  };
  const { tokenizer, vocabulary } = codecOf(() => start('counting').tokenize(text), cutter, recipe, known);
  const encoded = Corpus.encode(text, start('encoding'), vocabulary);
  const encode = (part: string | undefined | null) =>
    typeof part === 'string' ? Corpus.encode(part, reading('encoding'), vocabulary) : null;
  const trainingData = {
    tokenizer,
    vocabulary,
    text,
    train: encoded,
    valid: encode(valid?.text ?? tail),
    test: encode(test?.text),
    info: infoOf(texts, encoded),
  };
  checkTrainingData(trainingData);
  return trainingData;
}

/** Throws for a known vocabulary that has an end token for endless text, or none for items. */
function checkKind({ items }: Recipe, { vocabulary }: Partial<TextCodec>): void {
  if (!vocabulary || vocabulary.endId >= 0 === (items != null)) return;
  const [is, asked] = items == null ? ['items', 'endless text'] : ['endless text', 'items'];
  throw new OptionError(
    'option-conflict',
    (nameOf) =>
      `the model is one of ${is}, and this run trains on ${asked}; it stays what it is. Leave ${nameOf('items')} out.`,
  );
}

/** The same of items, whose vocabulary has an end token. */
function prepareItems(
  texts: Texts,
  split: ItemSplit,
  recipe: Recipe,
  known: Partial<TextCodec>,
  onShare?: OnShare,
): TrainingData {
  const parts = new ItemParts(texts, split, recipe, onShare);
  const cutter = known.tokenizer ?? tokenizerOf(recipe, () => parts.training(), onShare);
  const { tokenizer, vocabulary: own } = codecOf(() => parts.tokens(cutter), cutter, recipe, known);
  const vocabulary = own.withEnd();
  const encoded = parts.encode({ tokenizer, vocabulary });
  const info = { ...infoOf(texts, encoded.train), items: parts.countsOf(encoded) };
  const trainingData = { tokenizer, vocabulary, text: parts.beginning, ...encoded, info };
  checkTrainingData(trainingData);
  return trainingData;
}

function infoOf({ train, valid, test }: Texts, { ids }: Corpus): CorpusInfo {
  return {
    files: train.map(describe),
    tokens: ids.length,
    valid: valid && describe(valid),
    test: test && describe(test),
  };
}

/**
 * One text; a file that doesn't end its last line gets a newline before the next file begins.
 * @throws UnrolledError where together they are longer than a string can be
 */
export function joinTexts(files: readonly SourceText[], most: number = LONGEST_TEXT): string {
  const last = files.length - 1;
  const length = files.reduce((sum, { text }) => sum + text.length + 1, -1);
  checkTextLength(last > 0 ? 'the texts together' : 'the text', length, 'characters', most);
  return files.map(({ text }, i) => (i < last && !text.endsWith('\n') ? `${text}\n` : text)).join('');
}

function* first(tokens: Iterable<string>, limit: number | null): Generator<string> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  for (const token of tokens) {
    if (left-- <= 0) return;
    yield token;
  }
}

/** What the training part alone gives where nothing is known. */
function codecOf(
  tokens: () => Iterable<string>,
  cutter: Tokenizer,
  { vocabSize }: Recipe,
  known: Partial<TextCodec>,
): TextCodec {
  const fixed = known.vocabulary ?? cutter.fixedVocabulary();
  if (fixed) return { tokenizer: cutter, vocabulary: fixed };
  const counts = countTokens(tokens());
  const { lineEnd } = cutter;
  const maxSize = vocabSize ?? Number.POSITIVE_INFINITY;
  return {
    tokenizer: known.tokenizer ?? cutter.fitted?.(counts) ?? cutter,
    vocabulary: Vocabulary.fromCounts(counts, { maxSize, unknown: UNKNOWN, lineEnd }),
  };
}

/** A text without its characters. */
export function describe({ name, sha256, bytes, encoding }: SourceText): FileInfo {
  return { name, sha256, bytes, ...(encoding !== undefined && { encoding }) };
}

function checkTrainingData(trainingData: Omit<TrainingData, 'text' | 'info'>): void {
  const { ids } = trainingData.train;
  if (trainingData.train.items === 0) {
    throw new UnrolledError(
      'text-empty',
      'train: the training text has no item with a token; it needs one. Use another text, or split it otherwise.',
    );
  }
  if (ids.length === 0) {
    throw new UnrolledError(
      'text-empty',
      `train: the training text has no ${trainingData.tokenizer.unit}; it needs at least two. Use another text.`,
    );
  }
  if (ids.every((id) => id === ids[0])) {
    const only = JSON.stringify(trainingData.vocabulary.tokenOf(ids[0]));
    throw new OptionError(
      'text-short',
      (nameOf) =>
        `every ${trainingData.tokenizer.unit} of the training text is ${only}; a model needs at least two different ` +
        `ones. Use another text, or a larger ${nameOf('vocabSize')}.`,
    );
  }
  for (const part of ['valid', 'test'] as const) {
    const length = trainingData[part]?.ids.length ?? 2;
    if (length < 2) {
      throw new OptionError('text-short', () =>
        trainingData.train.items === null
          ? `the ${part} text has ${length} token(s); it needs at least 2. Use a longer one.`
          : `the ${part} text has no item with a token; it needs one. Use another one.`,
      );
    }
  }
}

/** Throws UnrolledError when the training text is too short for one block. */
export function checkBlock({ train: { ids, items } }: TrainingData, { batch, time }: Recipe): void {
  // Streams of items read on in the next pass.
  if (items === null && ids.length < batch * time + 1) {
    throw new OptionError('text-short', (nameOf) => {
      const [N, T] = [nameOf('batch'), nameOf('time')];
      const needed = batch * time + 1;
      return (
        `the training text has ${ids.length} tokens; ${N} ${batch} and ${T} ${time} need ${needed}. ` +
        `Use a longer text, or a smaller ${N} or ${T}.`
      );
    });
  }
}
