import { itemSplitter, itemsOf } from '../../data/items/items-of.ts';
import { looksTokenised } from '../../data/texts/looks-tokenised.ts';
import { MAX_MERGES } from '../../data/tokenizers/bpe/merging/merge-long.ts';
import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import { OptionError } from '../../errors.ts';
import { integer } from '../../kinds.ts';
import type { Recipe } from '../recipe.ts';
import { recipeOf } from '../text/known-codec.ts';
import { type AnyTexts, joinTexts, type Texts, type TrainingData } from '../text/training-data.ts';
import type { TokensReason } from './reasons.ts';
import type { TrainRequest } from './train-request.ts';

/** The 256 bytes and one merge. */
const MIN_PIECES = 257;
const pieces = integer({ from: MIN_PIECES, to: MAX_MERGES });
/** One piece per 100 bytes of text up to 100 kB; above that the number grows with the cube root: 3,700 for 5 MB. */
const [PIECES, BYTES, GROWTH] = [1000, 1e5, 1 / 3];
const [SMALLEST_VOCABULARY, LARGEST_VOCABULARY] = [300, 16_000];
/** How much of the items is examined, in characters. */
const ITEM_CHARACTERS = 2 ** 16;

/** A recipe with `tokens` resolved, and the reasons for automatic choices. */
export interface TokenChoice {
  readonly recipe: Recipe;
  readonly reasons: readonly TokensReason[];
}

/**
 * Chooses the tokenizer and the number of pieces when they are not given.
 * @param sample a sample of streamed texts. Default: the texts themselves
 * @throws {OptionError} `option-value` for an invalid number of pieces
 */
export function chooseTokens(
  { recipe, asked }: Pick<TrainRequest, 'recipe' | 'asked'>,
  texts: AnyTexts,
  { known, sample = null }: { readonly known?: Tokenizer | undefined; readonly sample?: string | null } = {},
): TokenChoice {
  if (known) return { recipe: recipeOf(known, recipe), reasons: [] };
  if (recipe.tokens === 'auto') return automaticTokens({ recipe, asked }, texts, sample);
  if (recipe.tokens !== 'bpe') return { recipe, reasons: [] };
  checkPieces(asked);
  return asked.vocabSize === undefined
    ? bpeChoice(recipe, texts, 'pieces-for-text')
    : { recipe, reasons: [] };
}

/** The reason for a tokenizer that has fewer tokens than requested, if it has. */
export function* fewerPiecesReason(
  { tokens, vocabSize }: Recipe,
  { tokenizer }: TrainingData,
): Generator<TokensReason> {
  const learnt = tokenizer.fixedVocabulary()?.size;
  if (tokens === 'bpe' && learnt !== undefined && vocabSize !== null && learnt < vocabSize) {
    yield { reason: 'fewer-pieces', learnt, vocabSize };
  }
}

function automaticTokens(
  { recipe, asked }: Pick<TrainRequest, 'recipe' | 'asked'>,
  texts: AnyTexts,
  sample: string | null,
): TokenChoice {
  const { vocabSize } = asked;
  const words = (reason: 'tokenised-text' | 'words-by-size') => {
    return { recipe: { ...recipe, tokens: 'word' as const }, reasons: [{ reason }] };
  };
  // Bytes that are not text can only be split into pieces.
  const isText = texts.train.every(({ encoding }) => encoding !== 'bytes');
  if (isText && looksTokenised(sample ?? sampleText(texts as Texts, recipe))) return words('tokenised-text');
  // Only a word vocabulary can be unlimited or have fewer tokens than there are bytes.
  if (isText && vocabSize !== undefined && (vocabSize ?? 0) < MIN_PIECES) return words('words-by-size');
  checkPieces(asked);
  return bpeChoice({ ...recipe, tokens: 'bpe' }, texts, 'raw-text', vocabSize ?? undefined);
}

/** The text to examine; with items, the first ones, one per line. */
function sampleText({ train }: Texts, { items, skipBad = false }: Recipe): string {
  if (items == null) return joinTexts(train);
  const lines: string[] = [];
  let length = 0;
  for (const { name, text } of train) {
    for (const item of itemsOf(text, itemSplitter(items, { where: name, skipBad }))) {
      lines.push(item);
      length += item.length;
      if (length > ITEM_CHARACTERS) return lines.join('\n');
    }
  }
  return lines.join('\n');
}

function bpeChoice(
  recipe: Recipe,
  { train }: AnyTexts,
  reason: 'raw-text' | 'pieces-for-text',
  vocabSize: number = suitablePieces(train.reduce((sum, { bytes }) => sum + bytes, 0)),
): TokenChoice {
  return { recipe: { ...recipe, vocabSize }, reasons: [{ reason, vocabSize }] };
}

/** The number of pieces that suits a text of this size, rounded to two digits. Measured in docs/recipe-notes.md. */
export function suitablePieces(bytes: number): number {
  const length = bytes / BYTES;
  const suitable = PIECES * Math.min(length, length ** GROWTH);
  const within = Math.min(LARGEST_VOCABULARY, Math.max(SMALLEST_VOCABULARY, suitable));
  return Number(within.toPrecision(2));
}

function checkPieces({ vocabSize }: Partial<Recipe>): void {
  if (vocabSize === undefined || pieces.accepts(vocabSize)) return;
  throw new OptionError('option-value', (nameOf) => {
    const size = nameOf('vocabSize');
    return (
      `${size} is ${vocabSize ?? 'all'}; with ${nameOf('tokens')} bpe it must be ${pieces.needs}, the 256 bytes ` +
      `included. Change it, or leave ${size} out.`
    );
  });
}
