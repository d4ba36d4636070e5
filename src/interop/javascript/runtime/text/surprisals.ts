import { advance, logitsOf, type Network, zeroState } from '../network/network.ts';
import { type Codec, idsOf } from './codec.ts';

/** The surprisal of a token. */
export interface Surprisal {
  readonly token: string;
  readonly id: number;
  /** −log₂ of its probability. */
  readonly bits: number;
}

/** The surprisal of each token of a text, or of an item and its end. */
export function surprisalsOf(network: Network, codec: Codec, text: string): Surprisal[] {
  const state = zeroState(network);
  const { startId, endId, vocabulary } = codec;
  const lines = endId < 0 ? linesOf(text) : [text];
  const ids = lines.flatMap((line) => idsOf(codec, line));
  if (endId >= 0) ids.push(endId);
  return ids.map((id, i) => {
    advance(network, state, i === 0 ? startId : ids[i - 1]);
    return { token: vocabulary[id], id, bits: bitsOf(logitsOf(network, state), id) };
  });
}

/** The lines of a text, with their newlines. */
function linesOf(text: string): string[] {
  const lines = text.split('\n');
  const last = lines.pop()!;
  return [...lines.map((line) => `${line}\n`), last];
}

function bitsOf(logits: Float64Array, id: number): number {
  const max = logits.reduce((most, x) => Math.max(most, x), -Infinity);
  const sum = logits.reduce((total, x) => total + Math.exp(x - max), 0);
  return (max - logits[id] + Math.log(sum)) / Math.LN2;
}
