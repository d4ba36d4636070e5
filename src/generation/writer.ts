import type { LMState } from '../models/lm-state.ts';
import type { RecurrentLM } from '../models/recurrent-lm.ts';
import type { Random } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Repetition, type RepetitionOptions } from './choice/repetition.ts';
import { type Row, softmaxOn } from './choice/softmax.ts';
import { checkPrompt, readIds } from './read-ids.ts';
import { type SampleOptions, sampleInPlace } from './sample.ts';

export interface WriterOptions extends SampleOptions, RepetitionOptions {
  /** The ids that come before: each is read once, in order. At least one. */
  prompt: Int32Array;
  random: Random;
  /** What has been read before the prompt; it is moved on. Default: nothing, a state of 0. */
  state?: LMState;
}

/** One text under way: what it remembers, and how its next token is chosen. */
export class Writer {
  readonly state: LMState;
  readonly #model: RecurrentLM;
  readonly #options: WriterOptions;
  readonly #repetition: Repetition;
  #unread: Int32Array;

  /** @throws when the prompt is empty, or the penalty or window on repetition is none */
  constructor(model: RecurrentLM, options: WriterOptions) {
    const { prompt } = options;
    checkPrompt('generate', prompt);
    this.state = options.state ?? model.state();
    this.#model = model;
    this.#options = options;
    this.#repetition = new Repetition(options);
    for (const id of prompt) this.#repetition.push(id);
    this.#unread = prompt;
  }

  /** The ids that the state has yet to read: the prompt at first, then the last token. */
  get unread(): Int32Array {
    return this.#unread;
  }

  /** Chooses the next token from the scores (1,V) of what follows `unread`; they are overwritten. */
  choose(scores: Tensor): number {
    const row = scores.view() as Row;
    this.#repetition.penalise(row);
    const toChances = softmaxOn(this.#model, scores);
    const id = sampleInPlace(row, this.#options.random, this.#options, toChances);
    this.#repetition.push(id);
    this.#unread = Int32Array.of(id);
    return id;
  }
}

/** The next token of each text: a prompt is read by itself, then one step of the model serves all. */
export function writeNext(model: RecurrentLM, writers: readonly Writer[]): number[] {
  const V = model.config.vocabSize;
  const ids = writers.map((writer) => {
    const { unread, state } = writer;
    return unread.length > 1 ? writer.choose(readIds(model, unread, state).part([1, V])) : -1;
  });
  const ready = [...writers.keys()].filter((n) => ids[n] < 0);
  if (ready.length === 0) return ids;
  const scores = model.step(
    Int32Array.from(ready, (n) => writers[n].unread[0]),
    ready.map((n) => writers[n].state),
  ); // (N, 1, V)
  for (const [row, n] of ready.entries()) ids[n] = writers[n].choose(scores.part([1, V], row * V));
  return ids;
}
