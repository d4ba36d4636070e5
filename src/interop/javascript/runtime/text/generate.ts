import { advance, logitsOf, type Network, zeroState } from '../network/network.ts';
import { type Codec, idsOf, pushId } from './codec.ts';
import { randomNumbers } from './random.ts';
import { checkSampling, draw, type Sampling } from './sampling.ts';

/** Options of `generate`. */
export interface GenerateOptions extends Partial<Sampling> {
  /** The text to continue. */
  readonly prompt?: string;
  /** Maximum number of tokens. */
  readonly length?: number;
  /** The same seed gives the same text. */
  readonly seed?: number;
  /** The text ends before the first of these. */
  readonly stop?: string | readonly string[];
}

/** Yields the prompt, then its continuation in pieces. */
export function* generateText(
  network: Network,
  codec: Codec,
  { prompt = '', stop = [], ...options }: GenerateOptions & Sampling,
): Generator<string, void> {
  checkSampling(options);
  yield prompt;
  const read = idsOf(codec, prompt);
  const start = codec.endId >= 0 || read.length === 0 ? [codec.startId, ...read] : read;
  const pieces = textOf(codec, prompt, read, drawIds(network, codec, start, options));
  yield* untilStop(
    pieces,
    [stop].flat().filter((text) => text !== ''),
  );
}

/** Draws tokens after those of `start`. The unknown token is never drawn. */
function* drawIds(
  network: Network,
  { unknownId, endId }: Codec,
  start: readonly number[],
  { length = 100, seed = 1, ...sampling }: GenerateOptions & Sampling,
): Generator<number, void> {
  const [state, random] = [zeroState(network), randomNumbers(seed)];
  for (const id of start) advance(network, state, id);
  for (let written = 0; written < length; written++) {
    const logits = logitsOf(network, state);
    if (unknownId >= 0) logits[unknownId] = -Infinity;
    const id = draw(logits, sampling, random);
    if (id === endId) return;
    yield id;
    advance(network, state, id);
  }
}

/** The readable text of tokens that follow a prompt. */
function* textOf(
  codec: Codec,
  prompt: string,
  read: readonly number[],
  ids: Iterable<number>,
): Generator<string, void> {
  const decoder = codec.tokenizer.decoder(true);
  for (const id of read) pushId(codec, decoder, id);
  let isSpaced = codec.tokenizer.endsWithSpace?.(prompt);
  for (const id of ids) {
    const piece = pushId(codec, decoder, id);
    yield isSpaced ? piece.replace(/^ /, '') : piece;
    isSpaced = false;
  }
  yield decoder.end();
}

/** Passes text on up to the first stop string. Text that may be the beginning of one is held back. */
function* untilStop(pieces: Iterable<string>, stops: readonly string[]): Generator<string, void> {
  const longest = Math.max(1, ...stops.map((stop) => stop.length));
  let held = '';
  for (const piece of pieces) {
    held += piece;
    const found = stops.map((stop) => held.indexOf(stop)).filter((at) => at >= 0);
    if (found.length > 0) {
      yield held.slice(0, Math.min(...found));
      return;
    }
    const safe = Math.max(0, held.length - longest + 1);
    yield held.slice(0, safe);
    held = held.slice(safe);
  }
  yield held;
}
