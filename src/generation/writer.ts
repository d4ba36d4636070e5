import type { LMState } from '../models/lm-state.ts';
import type { RecurrentLM } from '../models/recurrent-lm.ts';
import type { Random } from '../tensor/random.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { Repetition, type RepetitionOptions } from './choice/repetition.ts';
import { logSumExp, type Row, softmaxOn } from './choice/softmax.ts';
import { checkPrompt, type Reader, readAhead } from './read-ids.ts';
import { likeliest, type SampleOptions, sampleInPlace } from './sample.ts';
import type { Alternative } from './target-reader.ts';

export interface WriterOptions extends SampleOptions, RepetitionOptions {
  /** The ids that come before: each is read once, in order. At least one. */
  prompt: Int32Array;
  random: Random;
  /** What has been read before the prompt; it is moved on. Default: nothing, a state of 0. */
  state?: LMState;
  /** Notes beside each token what the model thought of it, and so many of the likeliest. Default: nothing is noted. */
  alternatives?: number;
}

/** What a model thought of a token that was chosen, before anything was banned, penalised or cut away. */
export interface Note {
  readonly logProbability: number;
  /** The likeliest first. */
  readonly alternatives: readonly Alternative[];
}

/** One text under way: what it remembers, and how its next token is chosen. */
export class Writer implements Reader {
  readonly state: LMState;
  readonly #model: RecurrentLM;
  readonly #options: WriterOptions;
  readonly #repetition: Repetition;
  #unread: Int32Array;
  #note: Note | null = null;

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

  skip(count: number): void {
    this.#unread = this.#unread.subarray(count);
  }

  /** Of the last token; null without `alternatives`. */
  get note(): Note | null {
    return this.#note;
  }

  /** Chooses the next token from the scores (1,V) of what follows `unread`; they are overwritten. */
  choose(scores: Tensor): number {
    const row = scores.view() as Row;
    const { alternatives: count } = this.#options;
    const before = count === undefined ? null : row.slice();
    this.#repetition.penalise(row);
    const toChances = softmaxOn(this.#model, scores);
    const id = sampleInPlace(row, this.#options.random, this.#options, toChances);
    this.#repetition.push(id);
    this.#unread = Int32Array.of(id);
    this.#note = before && noteOf(before, id, count!);
    return id;
  }
}

function noteOf(scores: Row, id: number, count: number): Note {
  const whole = logSumExp(scores);
  const alternatives = count === 0 ? [] : likeliest(scores, count);
  return {
    logProbability: scores[id] - whole,
    alternatives: alternatives.map((one) => ({
      id: one.id,
      probability: Math.exp(scores[one.id] - whole),
    })),
  };
}

/** The next token of each text: what is left of prompts is read side by side, then one step of the model serves all. */
export function writeNext(model: RecurrentLM, writers: readonly Writer[]): number[] {
  const behind = () => writers.filter(({ unread }) => unread.length > 1);
  for (let left = behind(); left.length > 0; left = behind()) readAhead(model, left);
  const V = model.config.vocabSize;
  const scores = model.step(
    Int32Array.from(writers, ({ unread }) => unread[0]),
    writers.map(({ state }) => state),
  ); // (N, 1, V)
  return writers.map((writer, n) => writer.choose(scores.part([1, V], n * V)));
}
