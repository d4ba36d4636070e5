import { Corpus } from '../../data/corpus.ts';
import { firstTokensOf } from '../../data/text-codec.ts';
import { countBytes, countCodePoints } from '../../data/texts/code-points.ts';
import { bitsOf, type TextSize } from '../../training/evaluation/bits.ts';
import type { Recipe } from '../recipe.ts';
import type { TrainingData } from '../text/training-data.ts';

/** Bits beside the perplexities of training and validation; null where there is no perplexity. */
export type PerplexityBits = {
  readonly trainBitsPerByte: number | null;
  readonly trainBitsPerCharacter: number | null;
  readonly validBitsPerByte: number | null;
  readonly validBitsPerCharacter: number | null;
};

interface Perplexities {
  readonly trainPerplexity: number | null;
  readonly validPerplexity: number | null;
}

/** Says what perplexities of a run are in bits. */
export type BitsOfRun = (perplexities: Perplexities) => PerplexityBits;

/** For the texts of a run. */
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

/** Of a text that `maxTokens` cuts, the part that is trained on; whole items are. */
function sizeOfTrain({ train, text, tokenizer }: TrainingData, { maxTokens }: Recipe): TextSize {
  const { tokens, items } = train;
  const isCut = items === null && maxTokens !== null && tokens.length >= maxTokens;
  if (!isCut || !(train instanceof Corpus)) return train;
  const part = firstTokensOf(text, tokenizer, maxTokens);
  return { tokens, items, bytes: countBytes(part), characters: countCodePoints(part) };
}
