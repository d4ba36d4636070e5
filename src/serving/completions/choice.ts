import { countCodePoints } from '../../data/texts/code-points.ts';
import type { Prompt } from '../../generation/writing/prompt.ts';
import { TextStreamer } from '../../generation/writing/text-streamer.ts';
import type { State } from '../../models/state/state.ts';
import type { PromptReader } from '../cache/prompt-reader.ts';
import { tokenStart } from '../tokens/token-bytes.ts';
import { AdjustedWriter } from './adjusted-writer.ts';
import type { FinishReason } from './completion.ts';
import type { TokenEntry } from './logprob-table.ts';
import type { CompletionRequest } from './request.ts';
import { randomOf } from './seed.ts';

/** The output of one token. */
export interface Piece {
  /** The new text, possibly empty. */
  readonly text: string;
  /** The token; null without log-probabilities. */
  readonly token: TokenEntry | null;
  readonly finish: FinishReason;
}

/** One choice of a completion. */
export class Choice {
  readonly writer: AdjustedWriter;
  readonly #request: CompletionRequest;
  readonly #state: State;
  readonly #read: Int32Array;
  readonly #out: TextStreamer;
  /** Offset of the generated text: the length of the prompt, in code points. */
  readonly #offset: number;
  readonly #written: number[] = [];

  /** @param reader a reader that has read the prompt up to its last token; its state is copied */
  constructor(index: number, request: CompletionRequest, prompt: Prompt, reader: PromptReader) {
    const { model, sampling, seed, stops, logprobs, n, bestOf } = request;
    const alternatives = logprobs ?? (bestOf > n ? 0 : null); // the best ones are found by their log-probabilities
    this.#state = reader.state.fork();
    const options = {
      ...sampling.options,
      ...(alternatives !== null && { alternatives }),
      prompt: reader.ids,
      state: this.#state,
      random: randomOf(seed + BigInt(index)),
    };
    this.writer = new AdjustedWriter(model.saved.model, options, sampling.adjustments);
    this.writer.skip(reader.ids.length - 1);
    this.#request = request;
    this.#read = reader.ids;
    this.#out = new TextStreamer(model.saved, stops);
    this.#out.prompt(prompt.ids, model.saved.tokenizer.endsWithSpace(prompt.text));
    this.#offset = countCodePoints(prompt.text) - this.#out.characters;
  }

  /** Number of generated tokens. */
  get length(): number {
    return this.#written.length;
  }

  /** Appends the next token. */
  push(id: number): Piece {
    const { maxTokens, minTokens, model } = this.#request;
    const before = this.#out.characters;
    this.#written.push(id);
    const full = this.#written.length >= maxTokens;
    const { note } = this.writer;
    // The decoder of a prompt looks for no stop strings.
    const text =
      this.#written.length > minTokens ? this.#out.push(id) : this.#out.prompt(Int32Array.of(id), false);
    const start = () => this.#offset + tokenStart(id, model.saved, before, this.#out.characters);
    return {
      text: text + (full ? this.#out.end() : ''),
      token: note && { id, logprobs: note, offset: start() },
      finish: this.#out.stopped ? 'stop' : full ? 'length' : null,
    };
  }

  /** Caches the state after the text, for a later prompt that starts with it. */
  cacheState(): void {
    const { model, cacheScope } = this.#request;
    model.cache.put(Int32Array.from([...this.#read, ...this.#written.slice(0, -1)]), this.#state, cacheScope);
  }

  /** Frees the state; the choice can't be continued afterwards. */
  release(): void {
    this.#state.release();
  }
}
