import { promptOrLineStart } from '../../data/texts/line-end.ts';
import type { TextModel } from '../../models/model-file.ts';
import { Random } from '../../tensor/random.ts';
import { nextTurn } from '../../yield-timer.ts';
import { heal } from './heal.ts';
import { PolledSource } from './polled-source.ts';
import type { Prompt } from './prompt.ts';
import { TextStreamer } from './text-streamer.ts';
import type { Completed, SamplingSettings } from './write-text.ts';
import { Writer, writing } from './writer.ts';

/** Maximum batch size: bounds the logits held, N·V. */
const AT_ONCE = 64;
/** Maximum number of texts buffered to keep outputs in input order. */
const HELD = 8 * AT_ONCE;

/**
 * Generates many texts in batches and yields them in the order of their prompts. When one ends, the next takes its slot. Text i
 * is the same as its prompt alone with the seed + i. Buffers no more prompts than texts. An error of the prompts is
 * thrown after the texts of the prompts before it.
 * @param prompts null for an unreadable prompt: it yields no text, and the others keep their seeds
 */
export async function* writeMany(
  saved: TextModel,
  prompts: AsyncIterable<Prompt | null>,
  sampling: SamplingSettings,
  signal: AbortSignal,
): AsyncGenerator<Completed, void> {
  const arrivals = new PolledSource(prompts);
  const texts: Text[] = [];
  try {
    yield* write(saved, arrivals, texts, sampling, signal);
  } finally {
    for (const { writer } of texts) writer.release();
  }
}

async function* write(
  saved: TextModel,
  arrivals: PolledSource<Prompt | null>,
  texts: Text[],
  sampling: SamplingSettings,
  signal: AbortSignal,
): AsyncGenerator<Completed, void> {
  for (let seed = sampling.seed; !signal.aborted; ) {
    const open = texts.filter(({ done }) => !done);
    while (open.length < AT_ONCE && texts.length < HELD) {
      const prompt = await (open.length > 0 ? arrivals.take() : arrivals.wait());
      if (prompt === undefined) break;
      const own = { ...sampling, seed: seed++ % 2 ** 32 };
      if (prompt === null) continue;
      const random = new Random(own.seed);
      const text = new Text(saved, await heal(saved, prompt, random, own.choice), own, random);
      open.push(text);
      texts.push(text);
    }
    if (open.length === 0) return;
    const writers = open.map(({ writer }) => writer);
    const ids = await saved.model.run(writing(saved.model, writers));
    for (const [i, id] of ids.entries()) open[i].push(id);
    await nextTurn(); // for Ctrl-C
    while (texts.length > 0 && texts[0].done && !signal.aborted) yield texts.shift() as Text;
  }
}

/** A text in progress. */
class Text implements Completed {
  readonly prompt: Prompt;
  readonly ids: number[] = [];
  readonly facts: { readonly seed: number };
  readonly writer: Writer;
  readonly #length: number;
  readonly #out: TextStreamer;

  constructor(
    saved: TextModel,
    prompt: Prompt,
    { choice, seed, stop, length }: SamplingSettings,
    random: Random,
  ) {
    this.prompt = prompt;
    this.facts = { seed };
    this.writer = new Writer(saved.model, {
      ...choice,
      prompt: promptOrLineStart(prompt.ids, saved.vocabulary),
      random,
    });
    this.#length = length;
    this.#out = new TextStreamer(saved, stop);
    if (prompt.begun === undefined) return;
    this.#out.prompt(prompt.ids);
    this.#out.begin(prompt.begun);
  }

  get done(): boolean {
    return this.#out.stopped || this.ids.length >= this.#length;
  }

  push(id: number): void {
    this.ids.push(id);
    this.#out.push(id);
    if (this.done) this.writer.release();
  }
}
