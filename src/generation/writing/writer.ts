import { checkObject, wrongKind } from '../../kinds.ts';
import { checkModel } from '../../models/check-model.ts';
import type { Draw, RecurrentLM } from '../../models/recurrent-lm.ts';
import type { State } from '../../models/state/state.ts';
import { checkRandom, type Random } from '../../tensor/random.ts';
import { numbersOf, type Reads, runSync } from '../../tensor/reads.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Repetition, type RepetitionOptions } from '../sampling/repetition.ts';
import {
  applyFilters,
  checkOptions,
  drawFrom,
  hasFilters,
  mostLikely,
  type SampleOptions,
} from '../sampling/sample.ts';
import { largest, logSumExp, scaleOf, type VocabularyRow } from '../sampling/softmax.ts';
import type { Alternative } from '../scoring/target-scorer.ts';
import { promptIds, type Reader, readAhead, readLast } from './read-ids.ts';

/** Options for choosing the next token. */
export interface NextTokenOptions extends SampleOptions, RepetitionOptions {
  /** Whether the unknown token may be chosen. If false, the model's `unknownIds` are banned too. Default false. */
  allowUnknown?: boolean;
}

/** Options of `Writer`. */
export interface WriterOptions extends NextTokenOptions {
  /** The ids of the prompt, at least one. */
  prompt: Int32Array | readonly number[];
  /** The generator that tokens are drawn with. */
  random: Random;
  /** The state before the prompt; it is advanced. Default: the zero state. */
  state?: State;
  /**
   * Records the log-probability of each token, and this number of most likely tokens. Default: nothing is
   * recorded.
   */
  alternatives?: number;
}

/** The log-probabilities of a chosen token, before bans, penalties and filters. */
export interface TokenLogprobs {
  /** The log-probability of the token, in nats. */
  readonly logProbability: number;
  /** The most likely tokens, most likely first. */
  readonly alternatives: readonly Alternative[];
}

/** An active sequence: its state, and how its next token is chosen. */
export class Writer implements Reader {
  /** The state after the ids read so far. */
  readonly state: State;
  /** Whether the state was created here and must be released. */
  readonly #ownsState: boolean;
  readonly #options: WriterOptions;
  readonly #repetition: Repetition;
  /** The scale 1/T for the sampling kernel: 0 takes the most likely token, NaN leaves the row to `drawFiltered`. */
  readonly #scale: number;
  #unread: Int32Array;
  readonly #last: Int32Array = new Int32Array(1);
  /** The logits before penalties, while a token is chosen and recorded. */
  #before: VocabularyRow | null = null;
  #note: TokenLogprobs | null = null;

  /** @throws {UnrolledError} code `text-empty` for an empty prompt, `option-value` when an option is out of range */
  constructor(model: RecurrentLM, options: WriterOptions) {
    checkModel('generate', model);
    checkObject('generate', 'the options', options, 'Pass { prompt, random }.');
    const { temperature = 1 } = options;
    const prompt = promptIds('generate', options.prompt);
    checkRandom('generate', options.random);
    checkOptions(options);
    this.state = options.state ?? model.state();
    this.#ownsState = options.state === undefined;
    this.#options = options;
    this.#repetition = new Repetition(options);
    for (const id of prompt) this.#repetition.push(id);
    this.#scale = temperature === 0 ? 0 : hasFilters(options) ? Number.NaN : scaleOf(temperature);
    this.#unread = prompt;
  }

  /** The ids that the state has not read yet: initially the prompt, then the last token. */
  get unread(): Int32Array {
    return this.#unread;
  }

  /** Records that the state has read the first `count` of `unread`. */
  skip(count: number): void {
    this.#unread = this.#unread.subarray(count);
  }

  /** The log-probabilities of the last token; null without `alternatives`. */
  get note(): TokenLogprobs | null {
    return this.#note;
  }

  /** Releases the state unless it was passed in. The writer can't be used afterwards. */
  release(): void {
    if (this.#ownsState) this.state.release();
  }

  /**
   * Records row n of the logits (N, 1, V) and applies the repetition penalty, before a token is drawn.
   * @throws {UnrolledError} code `shape` when `scores` has no row n
   */
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

  /** The valid ids that must not be drawn. */
  bannedIn(model: RecurrentLM): readonly number[] {
    const V = model.config.vocabSize;
    return bannedIds(model, this.#options).filter((id) => Number.isInteger(id) && id >= 0 && id < V);
  }

  /** The arguments of the sampling kernel; the scale is NaN if it can't draw this row. */
  draw(): Draw {
    return { scale: this.#scale, uniform: this.#scale > 0 ? this.#options.random.uniform() : 0 };
  }

  /**
   * Filters the logits after `prepare`, on the host, and draws a token.
   * @throws {UnrolledError} code `not-finite` when no finite logit is left
   */
  *drawFiltered(model: RecurrentLM, logits: Tensor): Reads<number> {
    const { temperature = 1, random } = this.#options;
    const row = (yield* numbersOf(logits)) as VocabularyRow;
    const max = largest(row, this.bannedIn(model)); // throws if there is none
    if (temperature === 0) return row.indexOf(max);
    model.backend.softmax(logits, logits, scaleOf(temperature));
    const probabilities = (yield* numbersOf(logits)) as VocabularyRow;
    applyFilters(probabilities, this.#options);
    return drawFrom(probabilities, random);
  }

  /**
   * Appends the token that was drawn.
   * @throws {UnrolledError} code `not-finite` when the recorded logits are not finite
   */
  accept(id: number): void {
    this.#repetition.push(id);
    this.#last[0] = id;
    this.#unread = this.#last;
    this.#note = this.#before && noteOf(this.#before, id, this.#options.alternatives!);
    this.#before = null;
  }
}

/** The banned ids, and the unknown token unless it is allowed. */
export function bannedIds(
  { unknownIds }: RecurrentLM,
  { banned = [], allowUnknown = false }: Pick<NextTokenOptions, 'banned' | 'allowUnknown'>,
): readonly number[] {
  return allowUnknown || unknownIds.length === 0 ? banned : [...banned, ...unknownIds];
}

function noteOf(scores: VocabularyRow, id: number, count: number): TokenLogprobs {
  const whole = logSumExp(scores);
  const alternatives = count === 0 ? [] : mostLikely(scores, count);
  return {
    logProbability: scores[id] - whole,
    alternatives: alternatives.map((one) => ({
      id: one.id,
      probability: Math.exp(scores[one.id] - whole),
    })),
  };
}

/**
 * Chooses the next token of each text from its logits (N, 1, V), which are overwritten. One kernel call draws for
 * all texts without filters. Synchronous: needs a backend with `readSync`.
 * @throws {UnrolledError} code `option-value` when `writers` is not a list of `Writer`s; `not-finite` when no finite logit is left; `backend-missing` when the backend has no `readSync`
 */
export function chooseNext(model: RecurrentLM, writers: readonly Writer[], scores: Tensor): number[] {
  checkWriters('chooseNext', model, writers);
  return runSync('chooseNext', model.backend, choosing(model, writers, scores));
}

function checkWriters(where: string, model: RecurrentLM, writers: readonly Writer[]): void {
  checkModel(where, model);
  if (Array.isArray(writers) && writers.every((writer) => writer instanceof Writer)) return;
  throw wrongKind(
    where,
    'the writers',
    writers,
    'a list of Writers',
    'Pass [new Writer(model, { prompt, random })].',
  );
}

/** `chooseNext` as a computation for `RecurrentLM.run`. */
export function* choosing(model: RecurrentLM, writers: readonly Writer[], scores: Tensor): Reads<number[]> {
  const V = model.config.vocabSize;
  const excluded: number[] = [];
  for (let n = 0; n < writers.length; n++) {
    yield* writers[n].prepare(model, scores, n);
    for (const id of writers[n].bannedIn(model)) excluded.push(n * V + id);
  }
  model.exclude(scores, excluded);
  const by = writers.map((writer) => writer.draw());
  const ids: number[] = Array.from(yield* model.drawing(scores, by));
  for (let n = 0; n < writers.length; n++) {
    if (ids[n] < 0) ids[n] = yield* writers[n].drawFiltered(model, scores.part([1, V], n * V));
    writers[n].accept(ids[n]);
  }
  return ids;
}

/**
 * Generates the next token of each text: reads the rest of the prompts in batches, then runs one step of the model for
 * all. Synchronous: needs a backend with `readSync`.
 * @throws {UnrolledError} code `option-value` when `writers` is not a list of `Writer`s; `not-finite` when no finite logit is left; `backend-missing` when the backend has no `readSync`; `state-foreign` for a state of another model
 */
export function writeNext(model: RecurrentLM, writers: readonly Writer[]): number[] {
  checkWriters('writeNext', model, writers);
  return runSync('writeNext', model.backend, writing(model, writers));
}

/** `writeNext` as a computation for `RecurrentLM.run`. */
export function* writing(model: RecurrentLM, writers: readonly Writer[]): Reads<number[]> {
  const behind = () => writers.filter(({ unread }) => unread.length > 1);
  for (let left = behind(); left.length > 0; left = behind()) readAhead(model, left);
  return yield* choosing(model, writers, readLast(model, writers));
}
