import type { State } from '../../models/state/state.ts';

/** What requests hold in memory, in bytes, as measured on Node 22 (tests/serving/scheduling/memory.test.ts), with a margin. */
const REQUEST = 24_000;
/** A response that is being written: one chunk, as text and as bytes, in the response and in the socket. */
const OUTPUT = 48_000;
/** A sequence: its writer, its random generator, and its text so far. */
const SEQUENCE = 12_000;
/** A generated token: its id, and its text as part of a rope. */
const GENERATED = 90;
/** The id of a generated token alone. */
const ID = 16;
/** A token whose occurrences are counted, or that has a bias. */
const COUNTED = 64;
/** A row of probabilities and its numbers. */
const ROW = 4000;
const PROBABILITY = 8;
/** A token that is read: its id and its start. */
const READ = 24;
/** A token with its probability, and an alternative, in typed arrays. */
const SCORED = 24;
const ALTERNATIVE = 12;
/** A token with its alternatives is an object while its block is scored. */
const BLOCK = 64;
const SCORE_OBJECT = 200;
const ALTERNATIVE_OBJECT = 100;
/** An out-of-vocabulary token. */
const UNKNOWN = 80;
/** A line of a text that is scored: its objects. */
const LINE = 1100;
/** The states of a model grow by half. */
const STATE_GROWTH = 1.5;

/** A request without its texts. */
export function requestBytes(): number {
  return REQUEST;
}

/** A text with its ids, before it is read. */
export function textBytes(text: string, tokens: number, unknown: number = 0): number {
  return 2 * text.length + READ * tokens + UNKNOWN * unknown;
}

/** The writing of a response. */
export function outputBytes(): number {
  return OUTPUT;
}

/** The scores of tokens, and those that are being created. */
export function scoresBytes(tokens: number, alternatives: number): number {
  const block = Math.min(tokens, BLOCK);
  return (
    tokens * (SCORED + alternatives * ALTERNATIVE) +
    block * (SCORE_OBJECT + alternatives * ALTERNATIVE_OBJECT)
  );
}

/** The lines of a scored text. */
export function linesBytes(lines: number): number {
  return LINE * lines;
}

/** A sequence of at most `tokens` tokens. @param sent whether its text is sent at once, and only the ids are kept */
export function sequenceBytes(tokens: number, sent: boolean): number {
  return SEQUENCE + (sent ? ID : GENERATED) * tokens;
}

/** Numbers by token: counts for penalties, or biases. */
export function countsBytes(tokens: number): number {
  return COUNTED * tokens;
}

/** Rows of probabilities over a vocabulary, with what a search finds in each. */
export function rowsBytes(rows: number, vocabulary: number): number {
  return rows * (ROW + vocabulary * PROBABILITY);
}

/** Copies of a state. */
export function stateBytes(state: State, copies: number): number {
  return STATE_GROWTH * copies * state.byteLength;
}
