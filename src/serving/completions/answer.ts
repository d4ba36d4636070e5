import type { Lazy } from '../json/lazy.ts';
import type { Speller } from '../tokens/token-speller.ts';
import type { Piece } from './choice.ts';
import type {
  Completion,
  CompletionChoice,
  CompletionUsage,
  Head,
  OnLazyPiece,
  TokenCounts,
} from './completion.ts';
import { logprobsOf, nextLogprobs } from './logprobs.ts';
import { type ServedPrompt, writtenSpeller } from './prompts.ts';
import type { CompletionRequest } from './request.ts';
import { WholeChoice } from './whole-choice.ts';
import type { EchoedPrompt, Output, Usage } from './write.ts';

/** A response that is sent when it is complete. */
export class WholeAnswer implements Output {
  readonly #request: CompletionRequest;
  readonly #choices: readonly WholeChoice[];

  constructor(request: CompletionRequest) {
    this.#request = request;
    const count = request.prompts.length * request.bestOf;
    this.#choices = Array.from({ length: count }, (_, index) => {
      return new WholeChoice(request, promptOf(index, request));
    });
  }

  echo(index: number, echoed: EchoedPrompt): undefined {
    this.#choices[index].echo = echoed;
  }

  emit(index: number, piece: Piece): undefined {
    this.#choices[index].add(piece);
  }

  end(usage: Usage): Lazy<Completion> {
    const { prompts } = this.#request;
    const unknown = [...new Set(prompts.flatMap((prompt) => prompt.unknown))];
    return {
      ...headOf(this.#request),
      choices: this.#best().map((choice, index) => choice.end(index)),
      usage: usageOf(usage),
      ...(unknown.length > 0 && { unknown }),
    };
  }

  /** The n best of each prompt, best first; all, in order, without `best_of`. */
  #best(): readonly WholeChoice[] {
    const { prompts, n, bestOf } = this.#request;
    if (bestOf === n) return this.#choices;
    return prompts.flatMap((_, i) => {
      const choices = this.#choices.slice(i * bestOf, (i + 1) * bestOf);
      return choices.sort((a, b) => b.meanLogprob - a.meanLogprob).slice(0, n);
    });
  }
}

/** A response that is streamed. */
export class StreamedAnswer implements Output {
  readonly #onPiece: OnLazyPiece;
  readonly #request: CompletionRequest;
  readonly #head: Head;
  /** Of each choice, once it has a token. */
  readonly #spellers: Speller[] = [];
  /** Number of generated tokens. */
  #written = 0;

  constructor(request: CompletionRequest, onPiece: OnLazyPiece) {
    this.#onPiece = onPiece;
    this.#request = request;
    this.#head = headOf(request);
  }

  echo(index: number, { text, logprobs: tokens }: EchoedPrompt): undefined | Promise<void> {
    if (text === '' && tokens === null) return undefined;
    const logprobs = tokens && logprobsOf([tokens]);
    return this.#send({ text, index, logprobs, finish_reason: null });
  }

  emit(index: number, { text, token, finish }: Piece): undefined | Promise<void> {
    if (this.#request.maxTokens > 0) this.#written++;
    if (text === '' && token === null && finish === null) return undefined;
    const logprobs = token && nextLogprobs(token, this.#spellerOf(index));
    return this.#send({ text, index, logprobs, finish_reason: finish });
  }

  async end(usage: Usage): Promise<null> {
    if (this.#request.usage.atEnd) await this.#onPiece({ ...this.#head, choices: [], usage: usageOf(usage) });
    return null;
  }

  #spellerOf(index: number): Speller {
    const { saved } = this.#request.model;
    this.#spellers[index] ??= writtenSpeller(promptOf(index, this.#request), saved);
    return this.#spellers[index];
  }

  #send(choice: Lazy<CompletionChoice>): undefined | Promise<void> {
    const { usage } = this.#request;
    const counts = usage.always ? { usage: this.#usageSoFar() } : usage.atEnd ? { usage: null } : {};
    return this.#onPiece({ ...this.#head, choices: [choice], ...counts });
  }

  #usageSoFar(): TokenCounts {
    const prompt = this.#request.prompts.reduce((sum, { ids }) => sum + ids.length, 0);
    return { prompt_tokens: prompt, completion_tokens: this.#written, total_tokens: prompt + this.#written };
  }
}

/** The prompt of a choice. */
function promptOf(index: number, { prompts, bestOf }: CompletionRequest): ServedPrompt {
  return prompts[Math.floor(index / bestOf)];
}

function headOf({ model }: CompletionRequest): Head {
  // Not randomUUID, which pages have only over HTTPS.
  const random = crypto.getRandomValues(new Uint8Array(16));
  const id = `cmpl-${Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  return { id, object: 'text_completion', created: Math.floor(Date.now() / 1000), model: model.id };
}

function usageOf({ prompt, cached, written }: Usage): CompletionUsage {
  return {
    prompt_tokens: prompt,
    completion_tokens: written,
    total_tokens: prompt + written,
    prompt_tokens_details: { cached_tokens: cached },
  };
}
