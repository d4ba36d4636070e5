import { type Lazy, LazyText } from '../json/lazy.ts';
import type { Piece } from './choice.ts';
import type { CompletionChoice, FinishReason } from './completion.ts';
import { LogprobTable, type TokenEntry } from './logprob-table.ts';
import { logprobsOf } from './logprobs.ts';
import type { CompletionRequest } from './request.ts';
import type { EchoedPrompt } from './write.ts';

/** A choice of a response that is sent when it is complete. */
export class WholeChoice {
  /** The prompt, shared with other choices. */
  echo: EchoedPrompt | null = null;
  readonly #request: CompletionRequest;
  readonly #tokens: LogprobTable;
  #text = '';
  #finish: FinishReason = null;

  constructor(request: CompletionRequest) {
    this.#request = request;
    this.#tokens = new LogprobTable(Math.min(request.logprobs ?? 0, request.model.saved.vocabulary.size));
  }

  add({ text, token, finish }: Piece): void {
    this.#text += text;
    this.#finish = finish;
    if (token) this.#tokens.push(token);
  }

  end(index: number): Lazy<CompletionChoice> {
    const text = this.echo ? new LazyText([this.echo.text, this.#text]) : this.#text;
    return { text, index, logprobs: this.#logprobs(), finish_reason: this.#finish };
  }

  #logprobs(): Lazy<CompletionChoice['logprobs']> {
    const [echoed, written] = [this.echo?.logprobs, this.#tokens];
    if (!echoed && written.length === 0) return null;
    function* tokens(): Generator<TokenEntry> {
      if (echoed) yield* echoed;
      yield* written;
    }
    return logprobsOf(this.#request.model.saved, { [Symbol.iterator]: tokens });
  }
}
