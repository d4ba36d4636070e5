// Names from earlier versions. They still work; each names its replacement.
import type { CustomTokenizer } from '../data/tokenizers/stored.ts';
import type { TokenDecoder, Tokenizer } from '../data/tokenizers/tokenizer.ts';
import { mostLikely } from '../generation/sampling/sample.ts';
import type { VocabularyRow } from '../generation/sampling/softmax.ts';
import type { DifferingToken } from '../generation/scoring/compare.ts';
import { logitsAfter } from '../generation/writing/read-ids.ts';
import { StopStrings } from '../generation/writing/stop-strings.ts';
import { TextStreamer } from '../generation/writing/text-streamer.ts';
import type { TokenLogprobs } from '../generation/writing/writer.ts';
import { configs } from '../models/configs.ts';
import { State } from '../models/state/state.ts';
import type { StateValues } from '../models/state/state-values.ts';
import type { SchedulePoint } from '../training/schedules/schedule.ts';

/**
 * Earlier name of `TextStreamer`.
 * @deprecated Use `TextStreamer`.
 */
export const TextOut: typeof TextStreamer = TextStreamer;
/**
 * Earlier name of `TextStreamer`.
 * @deprecated Use `TextStreamer`.
 */
export type TextOut = TextStreamer;

/**
 * Earlier name of `StopStrings`.
 * @deprecated Use `StopStrings`.
 */
export const StopText: typeof StopStrings = StopStrings;
/**
 * Earlier name of `StopStrings`.
 * @deprecated Use `StopStrings`.
 */
export type StopText = StopStrings;

/**
 * Earlier name of `State`.
 * @deprecated Use `State`.
 */
export const LMState: typeof State = State;
/**
 * Earlier name of `State`.
 * @deprecated Use `State`.
 */
export type LMState = State;

/**
 * Earlier name of `StateValues`.
 * @deprecated Use `StateValues`.
 */
export type ModelState = StateValues;

/**
 * Earlier name of `TokenLogprobs`.
 * @deprecated Use `TokenLogprobs`.
 */
export type Note = TokenLogprobs;

/**
 * Earlier name of `VocabularyRow`.
 * @deprecated Use `VocabularyRow`.
 */
export type Row = VocabularyRow;

/**
 * Earlier name of `tokenizer.readableDecoder()`.
 * @deprecated Use `tokenizer.readableDecoder()`.
 */
export function readableDecoder(tokenizer: Tokenizer): TokenDecoder {
  return tokenizer.readableDecoder();
}

/**
 * Earlier name of `configs.simpleRnnlm`.
 * @deprecated Use `configs.simpleRnnlm`.
 */
export const SimpleRnnlm: typeof configs.simpleRnnlm = configs.simpleRnnlm;
/**
 * Earlier name of `configs.rnnlm`.
 * @deprecated Use `configs.rnnlm`.
 */
export const Rnnlm: typeof configs.rnnlm = configs.rnnlm;
/**
 * Earlier name of `configs.betterRnnlm`.
 * @deprecated Use `configs.betterRnnlm`.
 */
export const BetterRnnlm: typeof configs.betterRnnlm = configs.betterRnnlm;

/**
 * Earlier name of `logitsAfter`.
 * @deprecated Use `logitsAfter`.
 */
export const scoresAfter: typeof logitsAfter = logitsAfter;

/**
 * Earlier name of `mostLikely`.
 * @deprecated Use `mostLikely`.
 */
export const likeliest: typeof mostLikely = mostLikely;

/**
 * Earlier name of `CustomTokenizer`.
 * @deprecated Use `CustomTokenizer`.
 */
export type OwnTokenizer = CustomTokenizer;

/**
 * Earlier name of `DifferingToken`.
 * @deprecated Use `DifferingToken`.
 */
export type Place = DifferingToken;

/**
 * Earlier name of `SchedulePoint`.
 * @deprecated Use `SchedulePoint`.
 */
export type Moment = SchedulePoint;
