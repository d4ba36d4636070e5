// Names from earlier versions. They still work; each names its replacement.
import type { CustomTokenizer } from '../data/tokenizers/stored.ts';
import type { TokenDecoder, Tokenizer } from '../data/tokenizers/tokenizer.ts';
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

/** @deprecated Use `TextStreamer`. */
export const TextOut: typeof TextStreamer = TextStreamer;
/** @deprecated Use `TextStreamer`. */
export type TextOut = TextStreamer;

/** @deprecated Use `StopStrings`. */
export const StopText: typeof StopStrings = StopStrings;
/** @deprecated Use `StopStrings`. */
export type StopText = StopStrings;

/** @deprecated Use `State`. */
export const LMState: typeof State = State;
/** @deprecated Use `State`. */
export type LMState = State;

/** @deprecated Use `StateValues`. */
export type ModelState = StateValues;

/** @deprecated Use `TokenLogprobs`. */
export type Note = TokenLogprobs;

/** @deprecated Use `VocabularyRow`. */
export type Row = VocabularyRow;

/** @deprecated Use `tokenizer.readableDecoder()`. */
export function readableDecoder(tokenizer: Tokenizer): TokenDecoder {
  return tokenizer.readableDecoder();
}

/** @deprecated Use `configs.simpleRnnlm`. */
export const SimpleRnnlm: typeof configs.simpleRnnlm = configs.simpleRnnlm;
/** @deprecated Use `configs.rnnlm`. */
export const Rnnlm: typeof configs.rnnlm = configs.rnnlm;
/** @deprecated Use `configs.betterRnnlm`. */
export const BetterRnnlm: typeof configs.betterRnnlm = configs.betterRnnlm;

/** @deprecated Use `logitsAfter`. */
export const scoresAfter: typeof logitsAfter = logitsAfter;

/** @deprecated Use `CustomTokenizer`. */
export type OwnTokenizer = CustomTokenizer;

/** @deprecated Use `DifferingToken`. */
export type Place = DifferingToken;

/** @deprecated Use `SchedulePoint`. */
export type Moment = SchedulePoint;
