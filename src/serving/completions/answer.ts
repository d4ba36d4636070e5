import type { Piece } from './choice.ts';
import { joinLogprobs, type Logprobs } from './logprobs.ts';
import type { CompletionRequest } from './request.ts';
import type { Usage } from './write.ts';

interface Head {
  /** A random id. */
  readonly id: string;
  readonly object: 'text_completion';
  /** Creation time, in seconds since 1970. */
  readonly created: number;
  /** The model's name. */
  readonly model: string;
}

/** One completion of a response. */
export interface CompletionChoice {
  /** The generated text. */
  readonly text: string;
  /** Index among the choices: those of the first prompt come first. */
  readonly index: number;
  /** Log-probabilities of the tokens; null when not requested. */
  readonly logprobs: Logprobs | null;
  /** Why the text ended; null in all chunks of a stream but the last. */
  readonly finish_reason: Piece['finish'];
}

/** Token counts of a request. */
export interface CompletionUsage {
  /** Tokens in the prompts. */
  readonly prompt_tokens: number;
  /** Generated tokens. */
  readonly completion_tokens: number;
  /** Prompt and generated tokens. */
  readonly total_tokens: number;
  /** Prompt tokens that were in the cache. */
  readonly prompt_tokens_details: { readonly cached_tokens: number };
}

/** The response of `POST /v1/completions`: https://platform.openai.com/docs/api-reference/completions/object */
export interface Completion extends Head {
  /** The completions. */
  readonly choices: readonly CompletionChoice[];
  /** Token counts. */
  readonly usage: CompletionUsage;
  /** Tokens of the prompts that are not in the vocabulary, if any; not part of OpenAI's API. */
  readonly unknown?: readonly string[];
}

/** One event of a stream. With `include_usage` the last one has no choices, and `usage` is null in all others. */
export interface CompletionChunk extends Head {
  /** New text of one choice. */
  readonly choices: readonly CompletionChoice[];
  /** Token counts, in the last event with `include_usage`. */
  readonly usage?: CompletionUsage | null;
}

/** Receives an event of a stream; a promise pauses the completion until it settles. */
export type OnPiece = (chunk: CompletionChunk) => undefined | Promise<void>;

/** A response that is sent when it is complete. */
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

/** A response that is streamed. */
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
