import type { RecurrentLM } from '../../models/recurrent-lm.ts';
import { YieldTimer } from '../../yield-timer.ts';
import { Writer, type WriterOptions, writing } from './writer.ts';

export interface GenerateOptions extends WriterOptions {
  /** How many tokens to write. Default: without end. */
  length?: number;
  /** Asked before each token: true ends the text. */
  done?: () => boolean;
}

/**
 * Ids, one at a time: each is chosen from the scores after all before it, and read once. The state does
 * the remembering: a token costs the same time and memory however long the text has become.
 * Timers and signals get their turn meanwhile.
 */
export async function* generate(model: RecurrentLM, options: GenerateOptions): AsyncGenerator<number, void> {
  for await (const { id } of generateBatch(model, [options])) yield id;
}

/**
 * Many texts at once, each as if it were alone, by one step of the model for all that are not done.
 * `text` counts them from 0.
 */
export async function* generateBatch(
  model: RecurrentLM,
  texts: readonly GenerateOptions[],
): AsyncGenerator<{ text: number; id: number }, void> {
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
