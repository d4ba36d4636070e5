import { UnrolledError } from '../errors.ts';
import type { LMState } from '../models/lm-state.ts';
import type { RecurrentLM } from '../models/recurrent-lm.ts';
import type { Random } from '../tensor/random.ts';
import { Repetition, type RepetitionOptions } from './choice/repetition.ts';
import type { Row } from './choice/softmax.ts';
import { readIds } from './read-ids.ts';
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
  readonly #options: WriterOptions;
  readonly #repetition: Repetition;
  #unread: number;

  /** Reads the prompt, all but its last token. */
  constructor(model: RecurrentLM, options: WriterOptions) {
    const { prompt } = options;
    if (prompt.length === 0) {
      throw new UnrolledError('generate: the prompt has no token; it needs one at least to go on from.');
    }
    this.state = options.state ?? model.state();
    this.#options = options;
    this.#repetition = new Repetition(options);
    for (const id of prompt) this.#repetition.push(id);
    this.#unread = prompt[prompt.length - 1];
    if (prompt.length > 1) readIds(model, prompt.subarray(0, -1), this.state);
  }

  /** The last token, which the state has yet to read. */
  get unread(): number {
    return this.#unread;
  }

  /** Chooses the next token from its scores (V), which are overwritten. */
  choose(scores: Row): number {
    this.#repetition.penalise(scores);
    this.#unread = sampleInPlace(scores, this.#options.random, this.#options);
    this.#repetition.push(this.#unread);
    return this.#unread;
  }
}

/** The next token of each text, by one step of the model for all. */
export function writeNext(model: RecurrentLM, writers: readonly Writer[]): number[] {
  const unread = Int32Array.from(writers, (writer) => writer.unread);
  const scores = model.step(
    unread,
    writers.map((writer) => writer.state),
  ); // (N, 1, V)
  const V = scores.size / writers.length;
  const rows = scores.view() as Row;
  return writers.map((writer, n) => writer.choose(rows.subarray(n * V, (n + 1) * V)));
}
