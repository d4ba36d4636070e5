import { randomUUID } from 'node:crypto';
import type { EventStream } from '../node/http/event-stream.ts';
import type { Piece } from './choice.ts';
import { joinLogprobs, type Logprobs } from './logprobs.ts';
import type { CompletionRequest } from './request.ts';
import type { Usage } from './write.ts';

/** What all that is said of one completion begins with. */
function headOf({ model }: CompletionRequest) {
  const created = Math.floor(Date.now() / 1000);
  return { id: `cmpl-${randomUUID()}`, object: 'text_completion', created, model: model.id };
}

/** The answer that is sent when all of it is written. */
export class WholeAnswer {
  readonly #request: CompletionRequest;
  readonly #choices: { text: string; readonly logprobs: Logprobs[]; finish: Piece['finish'] }[];

  constructor(request: CompletionRequest) {
    this.#request = request;
    this.#choices = Array.from({ length: request.prompts.length * request.n }, () => {
      return { text: '', logprobs: [], finish: null };
    });
  }

  tell(index: number, { text, logprobs, finish }: Piece): undefined {
    const choice = this.#choices[index];
    choice.text += text;
    choice.finish = finish;
    if (logprobs) choice.logprobs.push(logprobs);
  }

  end(usage: Usage): object {
    const { prompts } = this.#request;
    const unknown = [...new Set(prompts.flatMap((prompt) => prompt.unknown))];
    return {
      ...headOf(this.#request),
      choices: this.#choices.map(({ text, logprobs: pieces, finish }, index) => {
        const logprobs = pieces.length > 0 ? joinLogprobs(pieces) : null;
        return { text, index, logprobs, finish_reason: finish };
      }),
      usage: usageOf(usage),
      // Ours: what of the prompts the vocabulary lacks.
      ...(unknown.length > 0 && { unknown }),
    };
  }
}

/** The answer that is sent piece by piece, as server-sent events. */
export class StreamedAnswer {
  readonly #stream: EventStream;
  readonly #request: CompletionRequest;
  readonly #head: object;

  constructor(request: CompletionRequest, stream: EventStream) {
    this.#stream = stream;
    this.#request = request;
    this.#head = headOf(request);
  }

  tell(index: number, { text, logprobs, finish }: Piece): undefined | Promise<void> {
    if (text === '' && logprobs === null && finish === null) return undefined;
    const choices = [{ text, index, logprobs, finish_reason: finish }];
    return this.#stream.send({ ...this.#head, choices, ...(this.#request.usage && { usage: null }) });
  }

  async end(usage: Usage): Promise<void> {
    if (this.#request.usage) await this.#stream.send({ ...this.#head, choices: [], usage: usageOf(usage) });
    this.#stream.end();
  }
}

function usageOf({ prompt, cached, written }: Usage) {
  return {
    prompt_tokens: prompt,
    completion_tokens: written,
    total_tokens: prompt + written,
    prompt_tokens_details: { cached_tokens: cached },
  };
}
