import type { LMState } from '../../models/lm-state.ts';
import type { RecurrentLM } from '../../models/recurrent-lm.ts';
import type { Random } from '../../tensor/random.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { Repetition, type RepetitionOptions } from '../sampling/repetition.ts';
import { ban, checkOptions, cuts, likeliest, type SampleOptions, sampleInPlace } from '../sampling/sample.ts';
import { logSumExp, scaleOf, softmaxOn, type VocabularyRow } from '../sampling/softmax.ts';
import type { Alternative } from '../scoring/target-reader.ts';
import { checkPrompt, type Reader, readAhead, readLast } from './read-ids.ts';

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
export interface TokenLogprobs {
  readonly logProbability: number;
  /** The likeliest first. */
  readonly alternatives: readonly Alternative[];
}

/** How `RecurrentLM.draw` draws from a row of scores. */
interface Draw {
  readonly scale: number;
  readonly uniform: number;
}

/** One text under way: what it remembers, and how its next token is chosen. */
export class Writer implements Reader {
  readonly state: LMState;
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

  /** Takes and lowers scores (V), before one is drawn. → how a kernel draws; a scale of NaN where none can */
  prepare(row: VocabularyRow): Draw {
    this.#before = this.#options.alternatives === undefined ? null : row.slice();
    this.#repetition.penalise(row);
    ban(row, this.#options.banned);
    return { scale: this.#scale, uniform: this.#scale > 0 ? this.#options.random.uniform() : 0 };
  }

  /** Draws from what `prepare` left, of which tokens are to be cut away. Throws where no finite score is left. */
  byCutting(model: RecurrentLM, scores: Tensor): number {
    return sampleInPlace(
      scores.view() as VocabularyRow,
      this.#options.random,
      this.#options,
      softmaxOn(model, scores),
    );
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
 * draws for all from whose chances nothing is cut away.
 */
export function chooseNext(model: RecurrentLM, writers: readonly Writer[], scores: Tensor): number[] {
  const V = model.config.vocabSize;
  const numbers = scores.view() as VocabularyRow;
  const drawn = model.draw(
    scores,
    writers.map((writer, n) => writer.prepare(numbers.subarray(n * V, (n + 1) * V))),
  );
  return writers.map((writer, n) => {
    const id = drawn[n] < 0 ? writer.byCutting(model, scores.part([1, V], n * V)) : drawn[n];
    writer.accept(id);
    return id;
  });
}

/** The next token of each text: what is left of prompts is read side by side, then one step of the model serves all. */
export function writeNext(model: RecurrentLM, writers: readonly Writer[]): number[] {
  const behind = () => writers.filter(({ unread }) => unread.length > 1);
  for (let left = behind(); left.length > 0; left = behind()) readAhead(model, left);
  return chooseNext(model, writers, readLast(model, writers));
}
