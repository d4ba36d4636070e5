import type { Draw, RecurrentLM } from '../../models/recurrent-lm.ts';
import type { State } from '../../models/state/state.ts';
import type { Random } from '../../tensor/random.ts';
import { numbersOf, type Reads, runSync } from '../../tensor/reads.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Repetition, type RepetitionOptions } from '../sampling/repetition.ts';
import { checkOptions, cut, cuts, drawFrom, likeliest, type SampleOptions } from '../sampling/sample.ts';
import { largest, logSumExp, scaleOf, type VocabularyRow } from '../sampling/softmax.ts';
import type { Alternative } from '../scoring/target-reader.ts';
import { checkPrompt, type Reader, readAhead, readLast } from './read-ids.ts';

export interface WriterOptions extends SampleOptions, RepetitionOptions {
  /** The ids that come before: each is read once, in order. At least one. */
  prompt: Int32Array;
  random: Random;
  /** What has been read before the prompt; it is moved on. Default: nothing, a state of 0. */
  state?: State;
  /** Notes beside each token what the model thought of it, and so many of the likeliest. Default: nothing is noted. */
  alternatives?: number;
}

/** What a model thought of a token that was chosen, before anything was banned, penalised or cut away. */
export interface TokenLogprobs {
  readonly logProbability: number;
  /** The likeliest first. */
  readonly alternatives: readonly Alternative[];
}

/** One text under way: what it remembers, and how its next token is chosen. */
export class Writer implements Reader {
  readonly state: State;
  /** Whether it made the state, and so gives it back. */
  readonly #ownsState: boolean;
  readonly #options: WriterOptions;
  readonly #repetition: Repetition;
  /** Of the kernel that draws: 0 takes the highest, NaN leaves it to `byCutting`. */
  readonly #scale: number;
  #unread: Int32Array;
  readonly #last: Int32Array = new Int32Array(1);
  /** The scores before they were changed, while a token is chosen and noted. */
  #before: VocabularyRow | null = null;
  #note: TokenLogprobs | null = null;

  /** @throws when the prompt is empty, or an option is out of its range */
  constructor(model: RecurrentLM, options: WriterOptions) {
    const { prompt, temperature = 1 } = options;
    checkPrompt('generate', prompt);
    checkOptions(options);
    this.state = options.state ?? model.state();
    this.#ownsState = options.state === undefined;
    this.#options = options;
    this.#repetition = new Repetition(options);
    for (const id of prompt) this.#repetition.push(id);
    this.#scale = temperature === 0 ? 0 : cuts(options) ? Number.NaN : scaleOf(temperature);
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
  get note(): TokenLogprobs | null {
    return this.#note;
  }

  /** Gives the state back unless it was handed in. The text can't be continued afterwards. */
  release(): void {
    if (this.#ownsState) this.state.release();
  }

  /** Notes and penalises row n of the logits (N, 1, V), before one is drawn. */
  *prepare({ backend, config }: RecurrentLM, scores: Tensor, n: number): Reads<void> {
    const { alternatives } = this.#options;
    const isPenalised = this.#repetition.isActive;
    this.#before = null;
    if (!isPenalised && alternatives === undefined) return;
    const logits = scores.part([1, config.vocabSize], n * config.vocabSize);
    const row = (yield* numbersOf(logits)) as VocabularyRow;
    if (alternatives !== undefined) this.#before = isPenalised ? row.slice() : row;
    if (!isPenalised) return;
    this.#repetition.penalise(row);
    backend.write(logits, row);
  }

  /** The ids from 0 to V − 1 that may not come. */
  bannedOf(V: number): readonly number[] {
    const { banned = [] } = this.#options;
    return banned.filter((id) => Number.isInteger(id) && id >= 0 && id < V);
  }

  /** How a kernel draws; a scale of NaN where none can. */
  draw(): Draw {
    return { scale: this.#scale, uniform: this.#scale > 0 ? this.#options.random.uniform() : 0 };
  }

  /** Draws from what `prepare` left, of which tokens are to be cut away. Throws where no finite score is left. */
  *byCutting({ backend }: RecurrentLM, logits: Tensor): Reads<number> {
    const { temperature = 1, random } = this.#options;
    const row = (yield* numbersOf(logits)) as VocabularyRow;
    const most = largest(row); // throws where there is none
    if (temperature === 0) return row.indexOf(most);
    backend.softmax(logits, logits, scaleOf(temperature));
    const probabilities = (yield* numbersOf(logits)) as VocabularyRow;
    cut(probabilities, this.#options);
    return drawFrom(probabilities, random);
  }

  /** The token that was drawn comes next. */
  accept(id: number): void {
    this.#repetition.push(id);
    this.#last[0] = id;
    this.#unread = this.#last;
    this.#note = this.#before && noteOf(this.#before, id, this.#options.alternatives!);
    this.#before = null;
  }
}

function noteOf(scores: VocabularyRow, id: number, count: number): TokenLogprobs {
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

/**
 * Chooses the next token of each text from the scores (N, 1, V) of what follows, which are overwritten. One kernel
 * draws for all from whose chances nothing is cut away. Synchronous: needs a backend with `readSync`.
 */
export function chooseNext(model: RecurrentLM, writers: readonly Writer[], scores: Tensor): number[] {
  return runSync('chooseNext', model.backend, choosing(model, writers, scores));
}

/** The same as work for `RecurrentLM.run`. */
export function* choosing(model: RecurrentLM, writers: readonly Writer[], scores: Tensor): Reads<number[]> {
  const V = model.config.vocabSize;
  const places: number[] = [];
  for (let n = 0; n < writers.length; n++) {
    yield* writers[n].prepare(model, scores, n);
    for (const id of writers[n].bannedOf(V)) places.push(n * V + id);
  }
  model.exclude(scores, places);
  const by = writers.map((writer) => writer.draw());
  const ids: number[] = Array.from(yield* model.drawing(scores, by));
  for (let n = 0; n < writers.length; n++) {
    if (ids[n] < 0) ids[n] = yield* writers[n].byCutting(model, scores.part([1, V], n * V));
    writers[n].accept(ids[n]);
  }
  return ids;
}

/**
 * The next token of each text: what is left of prompts is read side by side, then one step of the model serves all.
 * Synchronous: needs a backend with `readSync`.
 */
export function writeNext(model: RecurrentLM, writers: readonly Writer[]): number[] {
  return runSync('writeNext', model.backend, writing(model, writers));
}

/** The same as work for `RecurrentLM.run`. */
export function* writing(model: RecurrentLM, writers: readonly Writer[]): Reads<number[]> {
  const behind = () => writers.filter(({ unread }) => unread.length > 1);
  for (let left = behind(); left.length > 0; left = behind()) readAhead(model, left);
  return yield* choosing(model, writers, readLast(model, writers));
}
