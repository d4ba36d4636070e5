import { wrongKind } from '../../kinds.ts';
import { checkModel } from '../../models/check-model.ts';
import type { RecurrentLM } from '../../models/recurrent-lm.ts';
import { YieldTimer } from '../../yield-timer.ts';
import { Writer, type WriterOptions, writing } from './writer.ts';

/** Options of `generate`, and of each text of `generateBatch`. */
export interface GenerateOptions extends WriterOptions {
  /** The number of tokens to generate. Default: no limit. */
  length?: number;
  /** Called before each token; return true to end the text. */
  done?: () => boolean;
}

/**
 * Generates token ids one at a time. Time and memory per token don't depend on the length
 * of the text. Yields to the event loop between tokens.
 * @throws {UnrolledError} code `option-value` when an option is out of its range; `text-empty` for an empty prompt; `id-range` for an id outside the vocabulary; `state-foreign` for a state of another model; `not-finite` when no finite logit is left
 */
export async function* generate(model: RecurrentLM, options: GenerateOptions): AsyncGenerator<number, void> {
  for await (const { id } of generateBatch(model, [options])) yield id;
}

/**
 * Generates several texts in one batch, each with the same result as alone. Yields ids with `text`, the index of their text.
 * @throws {UnrolledError} as `generate` does
 */
export async function* generateBatch(
  model: RecurrentLM,
  texts: readonly GenerateOptions[],
): AsyncGenerator<{ text: number; id: number }, void> {
  checkModel('generate', model);
  if (!Array.isArray(texts)) {
    throw wrongKind('generateBatch', 'the texts', texts, 'a list of options', 'Pass [{ prompt, random }].');
  }
  const yieldTimer = new YieldTimer();
  const all = texts.map((options, text) => ({ text, options, writer: new Writer(model, options) }));
  try {
    for (let written = 0; ; written++) {
      const open = all.filter(
        ({ options: { length = Number.POSITIVE_INFINITY, done } }) => written < length && !done?.(),
      );
      if (open.length === 0) return;
      const writers = open.map(({ writer }) => writer);
      const ids = await model.run(writing(model, writers));
      for (const [i, id] of ids.entries()) yield { text: open[i].text, id };
      await yieldTimer.yieldIfDue();
    }
  } finally {
    for (const { writer } of all) writer.release();
  }
}
