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
import { OptionError, UnrolledError } from '../../errors.ts';
import type { Recipe } from '../recipe.ts';
import { type ItemCounts, ItemParts } from './item-parts.ts';
import type { TextNote } from './streamed/notes.ts';
import { tokenizerOf } from './tokenizer-of.ts';

const UNKNOWN = '<unk>';

/** A text in memory, with the facts that the model file stores about it. */
export interface SourceText {
  /** Display name, without folders. */
  readonly name: string;
  /** The text without a byte order mark. */
  readonly text: string;
  /** SHA-256 of its bytes, in hexadecimal; a resumed run must have the same texts. */
  readonly sha256: string;
  /** Size in its encoding, in bytes. */
  readonly bytes: number;
  /** Encoding of the file, as a TextDecoder label, or `bytes`. Default: UTF-8. */
  readonly encoding?: string;
}

/** A text that is read in chunks, any number of times. */
export interface TextStream {
  /** Length in UTF-16 units. */
  readonly length: number;
  /** Reads the text from its beginning. */
  chunks(): AsyncIterable<string>;
}

/** A text that is too long for memory. Reading it throws UnrolledError when it no longer matches its hash. */
export interface StreamedText extends FileInfo, TextStream {
  /** Whether it ends with a newline. */
  readonly endsLine: boolean;
}

/** Texts in memory or streamed. */
export type AnyTexts = Texts<SourceText | StreamedText>;

/** The texts of a run. */
export interface Texts<Text extends FileInfo = SourceText> {
  /** Training texts, concatenated; at least one. */
  readonly train: readonly Text[];
  /** Validation text, evaluated after each epoch; null to use what `validFraction` holds out. */
  readonly valid: Text | null;
  /** Test text, evaluated at the end; null for none. */
  readonly test: Text | null;
}

/** The facts about a text, without the text itself. */
export type FileInfo = Omit<SourceText, 'text'>;

/** The facts about the texts of a run, stored in the model file. */
export type CorpusInfo = {
  /** The training texts. */
  readonly files: readonly FileInfo[];
  /** Length of the training text, in tokens, after splitting and `maxTokens`. */
  readonly tokens: number;
  /** The validation text; null without one of its own. */
  readonly valid: FileInfo | null;
  /** The test text; null without one. */
  readonly test: FileInfo | null;
  /** Numbers of items; missing for continuous text. */
  readonly items?: ItemCounts;
};

/** The encoded texts of a run. */
export interface TrainingData<Train extends TokenCorpus = TokenCorpus> {
  /** The tokenizer of the texts. */
  readonly tokenizer: Tokenizer;
  /** The vocabulary of the texts. */
  readonly vocabulary: Vocabulary;
  /** The training text or its beginning; with items, the first items. */
  readonly text: string;
  /** The encoded training text. */
  readonly train: Train;
  /** The encoded validation text; null without one. */
  readonly valid: Corpus | null;
  /** The encoded test text; null without one. */
  readonly test: Corpus | null;
  /** The facts about the texts. */
  readonly info: CorpusInfo;
  /** How a streamed text was processed. Default: none. */
  readonly notes?: readonly TextNote[];
}

/**
 * Splits and encodes texts in memory. Throws UnrolledError.
 * @param known tokenizer and vocabulary to encode with. Default: learnt from the training part only
 * @param onShare progress callback: the fraction counted, then the fraction encoded. Default: none
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
  const base = known.tokenizer ?? tokenizerOf(recipe, () => [text], onShare);
  const reading = (work: 'counting' | 'encoding') => (onShare ? withProgress(base, work, onShare) : base);
  const start = (work: 'counting' | 'encoding') => {
    const all = reading(work);
    return maxTokens == null ? all : { tokenize: (part: string) => first(all.tokenize(part), maxTokens) };
  };
  const { tokenizer, vocabulary } = codecOf(() => start('counting').tokenize(text), base, recipe, known);
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

/** Throws when a known vocabulary and the texts are not both for items or both for continuous text. */
function checkItemsMatch({ items }: Recipe, { vocabulary }: Partial<TextCodec>): void {
  if (!vocabulary || vocabulary.endId >= 0 === (items != null)) return;
  const [is, asked] = items == null ? ['items', 'continuous text'] : ['continuous text', 'items'];
  throw new OptionError(
    'option-conflict',
    (nameOf) =>
      `the model is for ${is}, and this run trains on ${asked}; they must agree. Leave ${nameOf('items')} out.`,
  );
}

/** Splits and encodes texts of items, whose vocabulary has an end token. */
function prepareItems(
  texts: Texts,
  split: ItemSplit,
  recipe: Recipe,
  known: Partial<TextCodec>,
  onShare?: OnProgress,
): TrainingData<Corpus> {
  const parts = new ItemParts(texts, split, recipe, onShare);
  const base = known.tokenizer ?? tokenizerOf(recipe, () => parts.training(), onShare);
  const { tokenizer, vocabulary: own } = codecOf(() => parts.tokens(base), base, recipe, known);
  const vocabulary = own.withEnd();
  const encoded = parts.encode({ tokenizer, vocabulary });
  const info = { ...infoOf(texts, encoded.train.ids.length), items: parts.countsOf(encoded) };
  const trainingData = { tokenizer, vocabulary, text: parts.beginning, ...encoded, info };
  checkTrainingData(trainingData);
  return trainingData;
}

/** The facts about the texts. @param tokens length of the training text, in tokens */
export function infoOf({ train, valid, test }: AnyTexts, tokens: number): CorpusInfo {
  return {
    files: train.map(describe),
    tokens,
    valid: valid && describe(valid),
    test: test && describe(test),
  };
}

/**
 * Concatenates texts; a missing newline at the end of a file is added before the next one.
 * @throws UnrolledError when the result exceeds the maximum string length
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

/** The known tokenizer and vocabulary, completed from the training tokens. */
function codecOf(
  tokens: () => Iterable<string>,
  base: Tokenizer,
  { vocabSize }: Recipe,
  known: Partial<TextCodec>,
): TextCodec {
  const fixed = known.vocabulary ?? base.fixedVocabulary();
  if (fixed) return { tokenizer: base, vocabulary: fixed };
  const counted = countedCodec(countTokens(tokens()), base, vocabSize);
  return { ...counted, tokenizer: known.tokenizer ?? counted.tokenizer };
}

/** The vocabulary for token counts, and the tokenizer fitted to them. */
export function countedCodec(
  counts: ReadonlyMap<string, number>,
  base: Tokenizer,
  vocabSize: number | null,
): TextCodec {
  const { lineEnd } = base;
  const maxSize = vocabSize ?? Number.POSITIVE_INFINITY;
  return {
    tokenizer: base.fitted?.(counts) ?? base,
    vocabulary: Vocabulary.fromCounts(counts, { maxSize, unknown: UNKNOWN, lineEnd }),
  };
}

/** The facts about a text. */
export function describe({ name, sha256, bytes, encoding }: FileInfo): FileInfo {
  return { name, sha256, bytes, ...(encoding !== undefined && { encoding }) };
}

/** Throws UnrolledError for texts that are too short or have a single distinct token. */
export function checkTrainingData(trainingData: Omit<TrainingData, 'text' | 'info'>): void {
  const { tokens } = trainingData.train;
  if (trainingData.train.items === 0) {
    throw new UnrolledError(
      'text-empty',
      'train: the training text has no non-empty item; it needs at least one. Use another text, or another way to split it.',
    );
  }
  if (tokens.length === 0) {
    throw new UnrolledError(
      'text-empty',
      `train: the training text has no ${trainingData.tokenizer.unit}; it needs at least 2. Use another text.`,
    );
  }
  const first = onlyId(tokens);
  if (first !== null) {
    const only = JSON.stringify(trainingData.vocabulary.tokenOf(first));
    throw new OptionError(
      'text-short',
      (nameOf) =>
        `every ${trainingData.tokenizer.unit} of the training text is ${only}; it needs at least 2 distinct ones. Use ` +
        `another text, or a larger ${nameOf('vocabSize')}.`,
    );
  }
  for (const part of ['valid', 'test'] as const) {
    const length = trainingData[part]?.ids.length ?? 2;
    if (length < 2) {
      throw new OptionError('text-short', () =>
        trainingData.train.items === null
          ? `the ${part === 'valid' ? 'validation' : part} text has ${length === 1 ? '1 token' : 'no tokens'}; it needs at least 2. Use a longer text.`
          : `the ${part === 'valid' ? 'validation' : part} text has no non-empty item; it needs at least one. Use another text.`,
      );
    }
  }
}

/** Throws UnrolledError when the training text is too short for one block. */
export function checkBlock({ train: { tokens, items } }: TrainingData, { batch, time }: Recipe): void {
  // Streams of items continue in the next epoch.
  if (items === null && tokens.length < batch * time + 1) {
    throw new OptionError('text-short', (nameOf) => {
      const [N, T] = [nameOf('batch'), nameOf('time')];
      const needed = batch * time + 1;
      return (
        `the training text has ${tokens.length} tokens; ${N} ${batch} and ${T} ${time} need at least ${needed}. ` +
        `Use a longer text, or a smaller ${N} or ${T}.`
      );
    });
  }
}

/** The only id in a text; null when there are several. */
function onlyId(tokens: TokenIds): number | null {
  let first: number | null = null;
  for (const ids of windowsOf(tokens)) {
    first ??= ids[0];
    if (ids.some((id) => id !== first)) return null;
  }
  return first;
}
