import { UnrolledError } from '../../errors.ts';
import { checkObject } from '../../kinds.ts';
import { checkModel } from '../../models/check-model.ts';
import type { RecurrentLM } from '../../models/recurrent-lm.ts';
import type { State } from '../../models/state/state.ts';
import { numbersOf, type Reads } from '../../tensor/reads.ts';
import { YieldTimer } from '../../yield-timer.ts';
import { allIds, selectUntil } from '../sampling/select.ts';
import { logSumExp, type VocabularyRow } from '../sampling/softmax.ts';
import { promptIds, readIds } from './read-ids.ts';
import { bannedIds } from './writer.ts';

/** Options of `beamSearch`. */
export interface BeamOptions {
  /** The ids of the prompt, at least one. */
  prompt: Int32Array | readonly number[];
  /** The state before the prompt; it is not changed. Default: the zero state. */
  state?: State;
  /** The beam width: the number of continuations kept after each step. */
  width: number;
  /** The maximum length of a continuation, in tokens. */
  length: number;
  /** Ids that end a continuation, such as that of the end of a line. Default: none. */
  ends?: readonly number[];
  /** α in score = log P / lengthᵅ: 0 favours short ones, above 1 long ones. Default 1: the mean of a token. */
  alpha?: number;
  /** Ids that must not be written. */
  banned?: readonly number[];
  /** Whether the unknown token may be written: the model's `unknownIds`, banned in addition to `banned` otherwise. Default false. */
  allowUnknown?: boolean;
  /** Aborts the search, which then throws the signal's reason. Default: none. */
  signal?: AbortSignal;
}

/** A finished continuation. */
export interface Continuation {
  /** Its token ids; the last one may be one of `ends`. */
  readonly ids: readonly number[];
  /** log P of each of its ids, given those before, in nats. */
  readonly logProbabilities: readonly number[];
  /** log P of all its ids, in nats. */
  readonly logProbability: number;
  /** log P / lengthᵅ, in nats. */
  readonly score: number;
}

/** An open continuation; the state has read all before `unread`. */
interface Open {
  readonly ids: readonly number[];
  readonly logProbabilities: readonly number[];
  readonly logProbability: number;
  readonly unread: number;
  readonly state: State;
}

/**
 * Beam search: returns at most `width` continuations, best first. Each step extends all active beams in one batch
 * and keeps the `width` most likely extensions. The search stops when no active beam can beat the finished ones.
 *
 * Yields to the event loop between steps.
 * @throws {UnrolledError} code `text-empty` for an empty prompt, `option-value` when an option is out of range, `id-range`
 * for an invalid id, `state-foreign` for a state of another model; the signal's reason when aborted
 */
export async function beamSearch(model: RecurrentLM, options: BeamOptions): Promise<Continuation[]> {
  checkModel('beamSearch', model);
  checkObject('beamSearch', 'the options', options, 'Pass { prompt, width, length }.');
  checkOptions(options);
  const { width, length, ends = [], alpha = 1, signal } = options;
  const prompt = promptIds('beamSearch', options.prompt);
  const yieldTimer = new YieldTimer();
  const state = options.state?.fork() ?? model.state();
  if (prompt.length > 1) await model.call(() => readIds(model, prompt.subarray(0, -1), state));
  let open: Open[] = [
    { ids: [], logProbabilities: [], logProbability: 0, unread: prompt[prompt.length - 1], state },
  ];
  let ended: Continuation[] = [];
  try {
    for (let steps = 0; steps < length && open.length > 0; steps++) {
      await yieldTimer.yieldIfDue();
      signal?.throwIfAborted();
      const next = await model.run(growing(model, open, options));
      const isOver = ({ unread }: Open) => steps === length - 1 || ends.includes(unread);
      const over = next.filter(isOver);
      ended = ended.concat(over.map((one) => finish(one, alpha)));
      ended = ended.sort((a, b) => b.score - a.score).slice(0, width);
      release([...open, ...over]);
      open = next.filter((one) => !isOver(one));
      const highest = open.reduce(
        (most, one) => Math.max(most, one.logProbability),
        Number.NEGATIVE_INFINITY,
      );
      const bound = highest / length ** alpha;
      if (ended.length === width && ended[width - 1].score >= bound) break;
    }
    return ended;
  } finally {
    release(open);
  }
}

function release(open: readonly Open[]): void {
  for (const { state } of open) state.release();
}

/** The most likely extensions of the active beams by one token, at most `width`, most likely first. */
function* growing(model: RecurrentLM, open: readonly Open[], options: BeamOptions): Reads<Open[]> {
  const { width } = options;
  const banned = bannedIds(model, options);
  const unread = Int32Array.from(open, (one) => one.unread);
  const scores = model.step(
    unread,
    open.map(({ state }) => state),
  ); // (N, 1, V)
  const V = scores.size / open.length;
  const rows = (yield* numbersOf(scores)) as VocabularyRow;
  const candidates = open.flatMap((parent, n) => {
    const row = rows.subarray(n * V, (n + 1) * V);
    for (const id of banned) row[id] = Number.NEGATIVE_INFINITY;
    const whole = logSumExp(row, banned);
    return best(row, width).map((id) => ({
      parent,
      id,
      own: row[id] - whole,
      logProbability: parent.logProbability + row[id] - whole,
    }));
  });
  return candidates
    .sort((a, b) => b.logProbability - a.logProbability)
    .slice(0, width)
    .map(({ parent, id, own, logProbability }) => ({
      ids: [...parent.ids, id],
      logProbabilities: [...parent.logProbabilities, own],
      logProbability,
      unread: id,
      state: parent.state.fork(),
    }));
}

/** The ids of the `count` highest finite logits, ties by lower id. */
function best(row: VocabularyRow, count: number): number[] {
  const ids = allIds(row.length);
  const first = ids.subarray(0, selectUntil(ids, row, count)).sort();
  return Array.from(first).filter((id) => row[id] > Number.NEGATIVE_INFINITY);
}

function finish({ ids, logProbabilities, logProbability }: Open, alpha: number): Continuation {
  return { ids, logProbabilities, logProbability, score: logProbability / ids.length ** alpha };
}

function checkOptions({ width, length, alpha = 1 }: BeamOptions): void {
  for (const [name, value] of Object.entries({ width, length })) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new UnrolledError(
      'option-value',
      `beamSearch: ${name} is ${value}; it must be a positive integer.`,
    );
  }
  if (!(alpha >= 0 && Number.isFinite(alpha))) {
    throw new UnrolledError('option-value', `beamSearch: alpha is ${alpha}; it must be a finite number ≥ 0.`);
  }
}
