import type { TextCodec } from '../../data/text-codec.ts';
import { PART_LENGTH, PARTS } from '../../data/texts/looks-tokenised.ts';
import type { OnProgress } from '../../data/token-progress.ts';
import { UnrolledError } from '../../errors.ts';
import type { Recipe } from '../recipe.ts';
import { prepareStreamed, type Streaming } from './streamed/prepare-streamed.ts';
import { spread } from './streamed/spread.ts';
import { isStreamed, joinStreams } from './streamed/text-stream.ts';
import { type AnyTexts, prepare, type Texts, type TrainingData } from './training-data.ts';

/** How texts are prepared. */
export interface Preparing {
  readonly onShare?: OnProgress;
  /** Needed for streamed texts. */
  readonly streaming?: Streaming;
}

/** Splits, counts and encodes texts that are held, or streams them into token files. Throws UnrolledError. */
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
      'planTraining: a text of items is streamed; it must be held. Give its text.',
    );
  }
  if (streaming) return await prepareStreamed(texts, recipe, known, { onShare, ...streaming });
  throw new UnrolledError(
    'option-value',
    'planTraining: a text is streamed, and streaming is undefined; it must be { store }. Give the store of its tokens.',
  );
}

/** Whether a text is too long to be held. */
export function isAnyStreamed({ train, valid, test }: AnyTexts): boolean {
  return [...train, valid, test].some((text) => text !== null && isStreamed(text));
}

/** What is evaluated of a streamed text by default, in bytes: about 100,000 words. */
const MOST_VALID_BYTES = 500_000;

/** The recipe, which holds out less of a streamed text than the usual fraction of it, unless one is asked for. */
export function boundedValid(recipe: Recipe, asked: Partial<Recipe>, { train }: AnyTexts): Recipe {
  const { validFraction } = recipe;
  const bytes = train.reduce((sum, text) => sum + text.bytes, 0);
  const isUsual = asked.validFraction === undefined && train.some(isStreamed);
  if (!isUsual || validFraction === null || validFraction * bytes <= MOST_VALID_BYTES) return recipe;
  return { ...recipe, validFraction: Number((MOST_VALID_BYTES / bytes).toPrecision(3)) };
}

/** As much of a streamed text as says what kind of text it is, each part with its own lines; null where the texts are held. */
export async function sampleOf({ train }: AnyTexts): Promise<string | null> {
  if (!train.some(isStreamed)) return null;
  const parts: string[] = [];
  for await (const part of spread(joinStreams(train), PARTS * PART_LENGTH, PART_LENGTH)) parts.push(part);
  return parts.join('\n');
}
