import { UnrolledError } from '../../errors.ts';
import { checkNumbers } from '../../kinds.ts';
import { portableLog } from '../../tensor/random.ts';
import { checkModel } from '../check-model.ts';
import type { RecurrentLM } from '../recurrent-lm.ts';

/**
 * Sets the output bias to the log of the add-one unigram probabilities, b[v] = log((counts[v] + 1) / (Σ counts + V)), so that
 * training starts at about the perplexity of the unigram model instead of V. Call it before training; the other weights,
 * tied or not, don't change.
 * @param counts (V) how often each id occurs in the training text
 * @throws {UnrolledError} code `option-value` unless counts are V numbers of at least 0
 */
export function initOutputBias(
  model: Pick<RecurrentLM, 'backend' | 'params' | 'config' | 'run' | 'affine'>,
  counts: ArrayLike<number>,
): void {
  checkModel('initOutputBias', model);
  checkNumbers('initOutputBias', 'the counts', counts);
  const numbers = Float64Array.from(counts);
  const { vocabSize: V } = model.config;
  if (numbers.length !== V || !numbers.every((count) => count >= 0 && Number.isFinite(count))) {
    throw new UnrolledError(
      'option-value',
      `initOutputBias: got ${numbers.length} counts; it needs V = ${V} numbers of at least 0, one count per token.`,
    );
  }
  const total = numbers.reduce((sum, count) => sum + count, V);
  const [, b] = model.affine.params;
  model.backend.write(
    b.value,
    numbers.map((count) => portableLog((count + 1) / total)),
  );
}
