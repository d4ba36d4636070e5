import { Corpus } from '../../data/corpus.ts';
import { firstTokensOf } from '../../data/text-codec.ts';
import { countBytes, countCodePoints } from '../../data/texts/code-points.ts';
import { bitsOf, type TextSize } from '../../training/evaluation/bits.ts';
import type { Recipe } from '../recipe.ts';
import type { TrainingData } from '../text/training-data.ts';

/** Training and validation loss per byte and character, in bits; null when there is no perplexity. */
export type PerplexityBits = {
  /** Training loss in bits per UTF-8 byte. */
  readonly trainBitsPerByte: number | null;
  /** Training loss in bits per Unicode code point. */
  readonly trainBitsPerCharacter: number | null;
  /** Validation loss in bits per UTF-8 byte. */
  readonly validBitsPerByte: number | null;
  /** Validation loss in bits per Unicode code point. */
  readonly validBitsPerCharacter: number | null;
};

interface Perplexities {
  readonly trainPerplexity: number | null;
  readonly validPerplexity: number | null;
}

/** Converts perplexities of a run to bits per byte and character. */
export type BitsOfRun = (perplexities: Perplexities) => PerplexityBits;

/** The conversion for the texts of a run. */
export function bitsOfRun(trainingData: TrainingData, recipe: Recipe): BitsOfRun {
  const { valid } = trainingData;
  const train = sizeOfTrain(trainingData, recipe);
  return ({ trainPerplexity, validPerplexity }) => {
    const [ofTrain, ofValid] = [bits(trainPerplexity, train), bits(validPerplexity, valid)];
    return {
      trainBitsPerByte: ofTrain?.bitsPerByte ?? null,
      trainBitsPerCharacter: ofTrain?.bitsPerCharacter ?? null,
      validBitsPerByte: ofValid?.bitsPerByte ?? null,
      validBitsPerCharacter: ofValid?.bitsPerCharacter ?? null,
    };
  };
}

function bits(perplexity: number | null, size: TextSize | null) {
  return perplexity === null || size === null ? null : bitsOf(Math.log(perplexity), size);
}

/** The size of the part of the text that is trained on: all of it, or what `maxTokens` leaves of continuous text. */
function sizeOfTrain({ train, text, tokenizer }: TrainingData, { maxTokens }: Recipe): TextSize {
  const { tokens, items } = train;
  const isCut = items === null && maxTokens !== null && tokens.length >= maxTokens;
  if (!isCut || !(train instanceof Corpus)) return train;
  const part = firstTokensOf(text, tokenizer, maxTokens);
  return { tokens, items, bytes: countBytes(part), characters: countCodePoints(part) };
}
