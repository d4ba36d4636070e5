import { type TokenIds, windowsOf } from '../../data/batches/token-ids.ts';
import { Corpus } from '../../data/corpus.ts';
import type { ItemSplit } from '../../data/items/item-split.ts';
import type { TextCodec } from '../../data/text-codec.ts';
import { splitText } from '../../data/texts/split-text.ts';
import { checkTextLength, MAX_TEXT_LENGTH } from '../../data/texts/text-length.ts';
import type { TokenCorpus } from '../../data/token-corpus.ts';
import { type OnProgress, withProgress } from '../../data/token-progress.ts';
import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import { countTokens } from '../../data/vocabulary/count-tokens.ts';
import { Vocabulary } from '../../data/vocabulary/vocabulary.ts';
import { UnrolledError } from '../../errors.ts';
import { OptionError } from '../option-error.ts';
import type { Recipe } from '../recipe.ts';
import { type ItemCounts, ItemParts } from './item-parts.ts';
import type { TextNote } from './streamed/notes.ts';
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

/** A text that is read in chunks, from its beginning, as often as it is needed. */
export interface TextStream {
  /** UTF-16 units. */
  readonly length: number;
  chunks(): AsyncIterable<string>;
}

/** A text too long to be held. Reading it throws UnrolledError where it is no longer what its digest says. */
export interface StreamedText extends FileInfo, TextStream {
  /** Whether it ends with a newline. */
  readonly endsLine: boolean;
}

/** Texts that are held, or of which some are streamed. */
export type AnyTexts = Texts<SourceText | StreamedText>;

export interface Texts<Text extends FileInfo = SourceText> {
  /** Read as one text; one at least. */
  readonly train: readonly Text[];
  /** Measured after each epoch. Null: what `validFraction` splits off, or none. */
  readonly valid: Text | null;
  /** Measured at the end. */
  readonly test: Text | null;
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
export interface TrainingData<Train extends TokenCorpus = TokenCorpus> {
  readonly tokenizer: Tokenizer;
  readonly vocabulary: Vocabulary;
  /** The text that `train` was encoded from, or its beginning; of items the first ones. */
  readonly text: string;
  readonly train: Train;
  readonly valid: Corpus | null;
  readonly test: Corpus | null;
  readonly info: CorpusInfo;
  /** What is other because the text is too long to be held. Default: nothing. */
  readonly notes?: readonly TextNote[];
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
  onShare?: OnProgress,
): TrainingData<Corpus> {
  checkItemsMatch(recipe, known);
  if (recipe.items != null) return prepareItems(texts, recipe.items, recipe, known, onShare);
  const { train, valid, test } = texts;
  const { validFraction, maxTokens } = recipe;
  const whole = joinTexts(train);
  const areWords = known.tokenizer?.wholeWords ?? recipe.tokens === 'word';
  const [text, tail] = validFraction === null ? [whole, null] : splitText(whole, validFraction, !areWords);
  const cutter = known.tokenizer ?? tokenizerOf(recipe, () => [text], onShare);
  const reading = (work: 'counting' | 'encoding') => (onShare ? withProgress(cutter, work, onShare) : cutter);
  const start = (work: 'counting' | 'encoding') => {
    const all = reading(work);
    return maxTokens == null ? all : { tokenize: (part: string) => first(all.tokenize(part), maxTokens) };
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
    info: infoOf(texts, encoded.ids.length),
  };
  checkTrainingData(trainingData);
  return trainingData;
}

/** Throws for a known vocabulary that has an end token for endless text, or none for items. */
function checkItemsMatch({ items }: Recipe, { vocabulary }: Partial<TextCodec>): void {
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
  onShare?: OnProgress,
): TrainingData<Corpus> {
  const parts = new ItemParts(texts, split, recipe, onShare);
  const cutter = known.tokenizer ?? tokenizerOf(recipe, () => parts.training(), onShare);
  const { tokenizer, vocabulary: own } = codecOf(() => parts.tokens(cutter), cutter, recipe, known);
  const vocabulary = own.withEnd();
  const encoded = parts.encode({ tokenizer, vocabulary });
  const info = { ...infoOf(texts, encoded.train.ids.length), items: parts.countsOf(encoded) };
  const trainingData = { tokenizer, vocabulary, text: parts.beginning, ...encoded, info };
  checkTrainingData(trainingData);
  return trainingData;
}

/** @param tokens of the files, how many are trained on */
export function infoOf({ train, valid, test }: AnyTexts, tokens: number): CorpusInfo {
  return {
    files: train.map(describe),
    tokens,
    valid: valid && describe(valid),
    test: test && describe(test),
  };
}

/**
 * One text; a file that doesn't end its last line gets a newline before the next file begins.
 * @throws UnrolledError where together they are longer than a string can be
 */
export function joinTexts(files: readonly SourceText[], most: number = MAX_TEXT_LENGTH): string {
  const last = files.length - 1;
  const length = files.reduce((sum, { text }) => sum + text.length + 1, -1);
  checkTextLength(last > 0 ? 'the texts together' : 'the text', length, 'characters', most);
  return files.map(({ text }, i) => (i < last && !text.endsWith('\n') ? `${text}\n` : text)).join('');
}

function* first(tokens: Iterable<string>, limit: number): Generator<string> {
  let left = limit;
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
  const counted = countedCodec(countTokens(tokens()), cutter, vocabSize);
  return { ...counted, tokenizer: known.tokenizer ?? counted.tokenizer };
}

/** The vocabulary of a text whose tokens occur so often, and the tokenizer fitted to them. */
export function countedCodec(
  counts: ReadonlyMap<string, number>,
  cutter: Tokenizer,
  vocabSize: number | null,
): TextCodec {
  const { lineEnd } = cutter;
  const maxSize = vocabSize ?? Number.POSITIVE_INFINITY;
  return {
    tokenizer: cutter.fitted?.(counts) ?? cutter,
    vocabulary: Vocabulary.fromCounts(counts, { maxSize, unknown: UNKNOWN, lineEnd }),
  };
}

/** A text without its characters. */
export function describe({ name, sha256, bytes, encoding }: FileInfo): FileInfo {
  return { name, sha256, bytes, ...(encoding !== undefined && { encoding }) };
}

/** Throws UnrolledError for texts that no model can be trained on. */
export function checkTrainingData(trainingData: Omit<TrainingData, 'text' | 'info'>): void {
  const { tokens } = trainingData.train;
  if (trainingData.train.items === 0) {
    throw new UnrolledError(
      'text-empty',
      'train: the training text has no item with a token; it needs one. Use another text, or split it otherwise.',
    );
  }
  if (tokens.length === 0) {
    throw new UnrolledError(
      'text-empty',
      `train: the training text has no ${trainingData.tokenizer.unit}; it needs at least two. Use another text.`,
    );
  }
  const first = onlyId(tokens);
  if (first !== null) {
    const only = JSON.stringify(trainingData.vocabulary.tokenOf(first));
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
export function checkBlock({ train: { tokens, items } }: TrainingData, { batch, time }: Recipe): void {
  // Streams of items read on in the next pass.
  if (items === null && tokens.length < batch * time + 1) {
    throw new OptionError('text-short', (nameOf) => {
      const [N, T] = [nameOf('batch'), nameOf('time')];
      const needed = batch * time + 1;
      return (
        `the training text has ${tokens.length} tokens; ${N} ${batch} and ${T} ${time} need ${needed}. ` +
        `Use a longer text, or a smaller ${N} or ${T}.`
      );
    });
  }
}

/** The id of a text that has no other; else null. */
function onlyId(tokens: TokenIds): number | null {
  let first: number | null = null;
  for (const ids of windowsOf(tokens)) {
    first ??= ids[0];
    if (ids.some((id) => id !== first)) return null;
  }
  return first;
}
