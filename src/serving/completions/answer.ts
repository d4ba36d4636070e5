import type { Piece } from './choice.ts';
import { joinLogprobs, type Logprobs } from './logprobs.ts';
import type { CompletionRequest } from './request.ts';
import type { Usage } from './write.ts';

interface Head {
  readonly id: string;
  readonly object: 'text_completion';
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
}

export interface CompletionChoice {
  readonly text: string;
  readonly index: number;
  readonly logprobs: Logprobs | null;
  /** null in a chunk behind which the text continues. */
  readonly finish_reason: Piece['finish'];
}

export interface CompletionUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  /** Tokens of the prompt that were cached. */
  readonly prompt_tokens_details: { readonly cached_tokens: number };
}

/** What `POST /v1/completions` answers: https://platform.openai.com/docs/api-reference/completions/object */
export interface Completion extends Head {
  readonly choices: readonly CompletionChoice[];
  readonly usage: CompletionUsage;
  /** Ours: what of the prompts the vocabulary lacks, where it lacks something. */
  readonly unknown?: readonly string[];
}

/** One event of a stream. With `include_usage` the last one has no choices, and `usage` is null in all others. */
export interface CompletionChunk extends Head {
  readonly choices: readonly CompletionChoice[];
  readonly usage?: CompletionUsage | null;
}

/** Receives an event of a stream; a promise suspends the text until it is settled. */
export type OnPiece = (chunk: CompletionChunk) => undefined | Promise<void>;

/** The answer that is given when all of it is written. */
export class WholeAnswer {
  readonly #request: CompletionRequest;
  readonly #choices: { text: string; readonly logprobs: Logprobs[]; finish: Piece['finish'] }[];

  constructor(request: CompletionRequest) {
    this.#request = request;
    this.#choices = Array.from({ length: request.prompts.length * request.n }, () => {
      return { text: '', logprobs: [], finish: null };
    });
  }

  emit(index: number, { text, logprobs, finish }: Piece): undefined {
    const choice = this.#choices[index];
    choice.text += text;
    choice.finish = finish;
    if (logprobs) choice.logprobs.push(logprobs);
  }

  end(usage: Usage): Completion {
    const { prompts } = this.#request;
    const unknown = [...new Set(prompts.flatMap((prompt) => prompt.unknown))];
    return {
      ...headOf(this.#request),
      choices: this.#choices.map(({ text, logprobs: pieces, finish }, index) => {
        const logprobs = pieces.length > 0 ? joinLogprobs(pieces) : null;
        return { text, index, logprobs, finish_reason: finish };
      }),
      usage: usageOf(usage),
      ...(unknown.length > 0 && { unknown }),
    };
  }
}

/** The answer that is given piece by piece. */
export class StreamedAnswer {
  readonly #onPiece: OnPiece;
  readonly #request: CompletionRequest;
  readonly #head: Head;

  constructor(request: CompletionRequest, onPiece: OnPiece) {
    this.#onPiece = onPiece;
    this.#request = request;
    this.#head = headOf(request);
  }

  emit(index: number, { text, logprobs, finish }: Piece): undefined | Promise<void> {
    if (text === '' && logprobs === null && finish === null) return undefined;
    const choices = [{ text, index, logprobs, finish_reason: finish }];
    return this.#onPiece({ ...this.#head, choices, ...(this.#request.usage && { usage: null }) });
  }

  async end(usage: Usage): Promise<null> {
    if (this.#request.usage) await this.#onPiece({ ...this.#head, choices: [], usage: usageOf(usage) });
    return null;
  }
}

function headOf({ model }: CompletionRequest): Head {
  // Not randomUUID: a page has it only over HTTPS.
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
