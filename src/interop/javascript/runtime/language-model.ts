import { advance, logitsOf, type Network, type State, zeroState } from './network/network.ts';
import { type Codec, idsOf, textOfIds } from './text/codec.ts';
import { type GenerateOptions, generateText } from './text/generate.ts';
import { type Sampling, softmax } from './text/sampling.ts';
import { type Surprisal, surprisalsOf } from './text/surprisals.ts';

/** What the module exports beside its config and vocabulary; the .d.ts file describes it. */
export interface LanguageModel {
  start(): State;
  next(state: State, id: number): { state: State; logits: Float32Array };
  probabilities(logits: ArrayLike<number>, temperature?: number): Float64Array;
  generate(options?: GenerateOptions): string;
  stream(options?: GenerateOptions): Generator<string, void>;
  surprisals(text: string): Surprisal[];
  encode(text: string): number[];
  decode(ids: Iterable<number>, options?: { readable?: boolean }): string;
}

/** @param network returns the network, whose weights are decoded when they are first needed */
export function languageModel(network: () => Network, codec: Codec, defaults: Sampling): LanguageModel {
  const stream = (options: GenerateOptions = {}) =>
    generateText(network(), codec, { ...defaults, ...options });
  return {
    start: () => zeroState(network()),
    next(before, id) {
      const state = before.map((vector) => vector.slice());
      advance(network(), state, id);
      return { state, logits: Float32Array.from(logitsOf(network(), state)) };
    },
    probabilities: softmax,
    generate: (options) => [...stream(options)].join(''),
    stream,
    surprisals: (text) => surprisalsOf(network(), codec, text),
    encode: (text) => idsOf(codec, text),
    decode: (ids, { readable = false } = {}) => textOfIds(codec, ids, readable),
  };
}
