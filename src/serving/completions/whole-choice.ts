import { type Lazy, LazyText } from '../json/lazy.ts';
import type { Speller } from '../tokens/token-speller.ts';
import type { Piece } from './choice.ts';
import type { CompletionChoice, FinishReason } from './completion.ts';
import { LogprobTable } from './logprob-table.ts';
import { logprobsOf } from './logprobs.ts';
import { type ServedPrompt, writtenSpeller } from './prompts.ts';
import type { CompletionRequest } from './request.ts';
import type { EchoedPrompt } from './write.ts';

/** A choice of a response that is sent when it is complete. */
export class WholeChoice {
  /** The prompt, shared with other choices. */
  echo: EchoedPrompt | null = null;
  /** null when log-probabilities are not requested. */
  readonly #tokens: LogprobTable | null;
  readonly #speller: () => Speller;
  #text = '';
  #finish: FinishReason = null;
  /** Sum of the log-probabilities of the generated tokens, in nats, and their number. */
  #sum = 0;
  #count = 0;

  constructor({ logprobs, model: { saved } }: CompletionRequest, prompt: ServedPrompt) {
    this.#tokens = logprobs === null ? null : new LogprobTable(Math.min(logprobs, saved.vocabulary.size));
    this.#speller = () => writtenSpeller(prompt, saved);
  }

  add({ text, token, finish }: Piece): void {
    this.#text += text;
    this.#finish = finish;
    if (!token) return;
    this.#sum += token.logprobs?.logProbability ?? 0;
    this.#count++;
    this.#tokens?.push(token);
  }

  /** Log-probability per token, in nats, by which `best_of` compares choices. */
  get meanLogprob(): number {
    return this.#sum / Math.max(this.#count, 1);
  }

  end(index: number): Lazy<CompletionChoice> {
    const text = this.echo ? new LazyText([this.echo.text, this.#text]) : this.#text;
    return { text, index, logprobs: this.#logprobs(), finish_reason: this.#finish };
  }

  #logprobs(): Lazy<CompletionChoice['logprobs']> {
    const { echo } = this;
    const parts = echo?.logprobs ? [echo.logprobs] : [];
    if (this.#tokens?.length) parts.push({ tokens: this.#tokens, speller: this.#speller });
    return parts.length === 0 ? null : logprobsOf(parts);
  }
}
