import type { TextCodec } from '../../data/text-codec.ts';
import { PART_LENGTH, PARTS } from '../../data/texts/looks-tokenised.ts';
import type { OnProgress } from '../../data/token-progress.ts';
import { UnrolledError } from '../../errors.ts';
import type { Recipe } from '../recipe.ts';
import { prepareStreamed, type Streaming } from './streamed/prepare-streamed.ts';
import { spread } from './streamed/spread.ts';
import { isStreamed, joinStreams } from './streamed/text-stream.ts';
import { type AnyTexts, prepare, type Texts, type TrainingData } from './training-data.ts';

/** Options of `prepareTexts`. */
export interface Preparing {
  /** Progress callback. Default: none. */
  readonly onShare?: OnProgress;
  /** Required for streamed texts. */
  readonly streaming?: Streaming;
}

/** Splits and encodes texts in memory, or streams long texts into token files. Throws UnrolledError. */
export async function prepareTexts(
  texts: AnyTexts,
  recipe: Recipe,
  known: Partial<TextCodec> = {},
  { onShare, streaming }: Preparing = {},
): Promise<TrainingData> {
  if (!isAnyStreamed(texts)) return prepare(texts as Texts, recipe, known, onShare);
  if (recipe.items != null) {
    throw new UnrolledError(
      'file-large',
      'planTraining: a text of items is streamed; it must be in memory. Pass a SourceText with its text.',
    );
  }
  if (streaming) return await prepareStreamed(texts, recipe, known, { onShare, ...streaming });
  throw new UnrolledError(
    'option-value',
    'planTraining: a text is streamed, and streaming is undefined; it must be { store }. Pass a token store.',
  );
}

/** Whether any of the texts is streamed. */
export function isAnyStreamed({ train, valid, test }: AnyTexts): boolean {
  return [...train, valid, test].some((text) => text !== null && isStreamed(text));
}

/** Maximum default length of validation text held out of a streamed text, in bytes: about 100,000 words. */
const MOST_VALID_BYTES = 500_000;

/** The recipe with a smaller validation fraction for a streamed text, unless one is given. */
export function boundedValid(recipe: Recipe, asked: Partial<Recipe>, { train }: AnyTexts): Recipe {
  const { validFraction } = recipe;
  const bytes = train.reduce((sum, text) => sum + text.bytes, 0);
  const isUsual = asked.validFraction === undefined && train.some(isStreamed);
  if (!isUsual || validFraction === null || validFraction * bytes <= MOST_VALID_BYTES) return recipe;
  return { ...recipe, validFraction: Number((MOST_VALID_BYTES / bytes).toPrecision(3)) };
}

/** A sample of a streamed text, to choose its tokens by; null when the texts are in memory. */
export async function sampleOf({ train }: AnyTexts): Promise<string | null> {
  if (!train.some(isStreamed)) return null;
  const parts: string[] = [];
  for await (const part of spread(joinStreams(train), PARTS * PART_LENGTH, PART_LENGTH)) parts.push(part);
  return parts.join('\n');
}
