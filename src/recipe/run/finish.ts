import { noPrompt } from '../../generation/writing/prompt.ts';
import { type SamplingSettings, writeOne } from '../../generation/writing/write-text.ts';
import { assess, type Score } from '../../training/evaluation/assess.ts';
import type { Plan } from '../plan.ts';
import type { TrainingData } from '../text/training-data.ts';
import type { BestWeights } from './best-weights.ts';
import type { ResultEvent } from './events.ts';
import type { BitsOfRun } from './perplexity-bits.ts';

const SAMPLE_LENGTH = 40;
const SAMPLE_TEMPERATURE = 0.8;

/** Evaluates the best weights, writes the final model file and generates a sample. */
export async function finish(
  plan: Plan,
  bestWeights: BestWeights,
  bitsOf: BitsOfRun,
  signal: AbortSignal,
): Promise<ResultEvent> {
  const { trainingData, model, counts, recipe, group } = plan;
  bestWeights.restore();
  const { valid, test } = trainingData;
  const scores: { valid: Score | null; test: Score | null } = {
    valid: valid && (await assess(model, valid, counts, { signal, group })),
    test: test && (await assess(model, test, counts, { signal, group })),
  };
  const bytes = await bestWeights.writeFinal(scores.valid, scores.test);
  const kept = bestWeights.bestProgress!;
  const { epoch, step, trainPerplexity } = kept;
  const { trainBitsPerByte, trainBitsPerCharacter } = bitsOf(kept);
  const saved = { ...plan, results: null };
  const choice = { temperature: SAMPLE_TEMPERATURE, banned: [...plan.vocabulary.unknownIds] };
  const drawing: SamplingSettings = { length: SAMPLE_LENGTH, stop: [], choice, seed: recipe.seed };
  let sample = '';
  for await (const piece of writeOne(saved, noPrompt, drawing)) sample += piece;
  return {
    event: 'result',
    out: plan.out,
    bytes,
    memoryBytes: model.backend.arena.bytesSpanned,
    epoch,
    step,
    trainPerplexity,
    trainBitsPerByte,
    trainBitsPerCharacter,
    ...scores,
    sample,
    promptWord: promptWord(trainingData, counts.unigrams),
    recipe,
    chosen: plan.reasons,
  };
}

/** The most frequent word; when tokens are parts of words, the first word of the text. */
function promptWord({ tokenizer, vocabulary, text }: TrainingData, unigrams: Int32Array): string {
  if (!tokenizer.wholeWords) {
    return text.match(/\p{L}{2,20}/u)?.[0] ?? String.fromCodePoint(text.codePointAt(0) as number);
  }
  const mostFrequent = (accepts: (token: string) => boolean) => {
    let found = -1;
    for (let id = 0; id < unigrams.length; id++) {
      const isMore = found < 0 || unigrams[id] > unigrams[found];
      if (isMore && accepts(vocabulary.tokenOf(id))) found = id;
    }
    return found;
  };
  const word = mostFrequent((token) => /^\p{L}{2,}$/u.test(token));
  return vocabulary.tokenOf(word < 0 ? mostFrequent(() => true) : word);
}
