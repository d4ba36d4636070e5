import { type Agent, type ClientRequest, type IncomingMessage, request as open } from 'node:http';

export interface Message {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** An answer with its times in milliseconds. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** From the request to the first text. */
  readonly first: number;
  /** Between consecutive events of a stream. */
  readonly gaps: readonly number[];
  readonly total: number;
}

/** Observes the request while it is sent and the answer while it arrives. */
export interface Onlooker {
  readonly sent?: (request: ClientRequest) => void;
  readonly heard?: (response: IncomingMessage, bytes: number) => void;
}

/** Sends a message and reads the whole answer. Rejects if the connection ends early. */
export function exchange(url: URL, agent: Agent, message: Message, onlooker: Onlooker = {}): Promise<Answer> {
  const { method, path, headers, body } = message;
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const length = Buffer.byteLength(body);
    const request = open(new URL(path, url), {
      method,
      agent,
      headers: { 'content-length': length, ...headers },
    });
    request.on('response', (response) => {
      const clock = new Clock(began);
      response.on('data', (chunk: Buffer) => {
        clock.hear(chunk);
        onlooker.heard?.(response, clock.bytes);
      });
      response.on('end', () => resolve(clock.answer(response.statusCode as number)));
      response.on('error', reject);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close an idle connection at the moment of its reuse.
      const raced = request.reusedSocket && error.code === 'ECONNRESET';
      if (raced) resolve(exchange(url, agent, message, onlooker));
      else reject(error);
    });
    request.on('close', () => reject(new Error('the connection ended before the answer')));
    onlooker.sent?.(request);
    request.end(body);
  });
}

/** Records the arrival times of the parts of an answer. */
class Clock {
  bytes = 0;
  readonly #began: number;
  readonly #chunks: Buffer[] = [];
  readonly #gaps: number[] = [];
  #lines = 0;
  #first = Number.NaN;
  #last = 0;

  constructor(began: number) {
    this.#began = began;
  }

  /** Counts events by their two final newlines; events contain no others. */
  hear(chunk: Buffer): void {
    const now = performance.now();
    if (this.bytes === 0) this.#first = now;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) {
      if (++this.#lines % 2 === 1) continue;
      if (this.#lines > 2) this.#gaps.push(now - this.#last);
      this.#last = now;
    }
    this.bytes += chunk.length;
    this.#chunks.push(chunk);
  }

  answer(status: number): Answer {
    const total = performance.now() - this.#began;
    const text = Buffer.concat(this.#chunks).toString();
    return { status, text, first: this.#first - this.#began, gaps: this.#gaps, total };
  }
}
