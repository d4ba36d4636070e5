import { Agent, type IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { type Answer, exchange, type Message } from './client.ts';
import type { Served } from './server.ts';

/** Requests whose answers are large: what they need of the server, and how an answer is checked. */
export interface Kind {
  readonly name: string;
  readonly path: string;
  readonly body: object;
  /** Whether an answer of status 200 is complete and correct. */
  readonly isRight: (text: string) => boolean;
}

export interface PressureOptions {
  /** Number of requests of each kind. */
  readonly each: number;
  /** One of this many clients stops reading until all others have their answers. */
  readonly awayOf: number;
  /** Number of concurrent requests. */
  readonly atOnce: number;
}

export interface PressureResult {
  /** Number of answers by kind and status. */
  readonly answers: ReadonlyMap<string, number>;
  /** Wrong answers and failed requests; should be empty. */
  readonly faults: readonly string[];
  /** Highest resident memory of the server, in bytes. */
  readonly peakBytes: number;
  /** Longest response time of `/health`, in milliseconds. */
  readonly slowestHealthMs: number;
}

const STATUSES = [200, 429, 503];
const HEALTH_MS = 250;

/** Sends mixed requests at once and checks all answers, while it watches the health and the memory of the server. */
export async function pressure(
  server: Served,
  kinds: readonly Kind[],
  { each, awayOf, atOnce }: PressureOptions,
): Promise<PressureResult> {
  const answers = new Map<string, number>();
  const faults: string[] = [];
  const watch = new Watch(server);
  const away = new Away();
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const count = (key: string) => answers.set(key, (answers.get(key) ?? 0) + 1);
  const requests = Array.from({ length: each * kinds.length }, (_, i) => i);
  const ask = async (i: number) => {
    const kind = kinds[i % kinds.length];
    const isAway = Math.floor(i / kinds.length) % awayOf === awayOf - 1;
    const heard = isAway ? (response: IncomingMessage) => away.pause(response) : undefined;
    const answer = exchange(server.url, agent, messageOf(kind), heard ? { heard } : {});
    const checked = answer.then(
      (one) => {
        const key = `${kind.name}: ${one.status}`;
        count(key);
        if (!isRight(kind, one)) faults.push(`${key} ${one.text.slice(0, 200)}`);
      },
      (error) => {
        // At the timeout of the server, a client that does not read is disconnected.
        if (isAway) count(`${kind.name}: disconnected`);
        else faults.push(`${kind.name}: ${error.message}`);
      },
    );
    if (!isAway) away.reading.push(checked);
    return checked;
  };
  const all = requests.map(ask);
  await Promise.all(away.reading);
  away.resume();
  await Promise.all(all);
  agent.destroy();
  return { answers, faults: [...faults, ...(await watch.end())], ...watch };
}

function messageOf({ path, body }: Kind): Message {
  const headers = { 'content-type': 'application/json' };
  return { method: 'POST', path, headers, body: JSON.stringify(body) };
}

function isRight(kind: Kind, { status, text }: Answer): boolean {
  if (!STATUSES.includes(status)) return false;
  return status === 200 ? kind.isRight(text) : 'error' in JSON.parse(text);
}

/** Clients that stop reading. */
class Away {
  readonly reading: Promise<void>[] = [];
  readonly #paused: Set<IncomingMessage> = new Set();
  #isOver = false;

  pause(response: IncomingMessage): void {
    if (this.#isOver || response.statusCode !== 200) return;
    response.pause();
    this.#paused.add(response);
  }

  resume(): void {
    this.#isOver = true;
    for (const response of this.#paused) response.resume();
  }
}

/** Watches the health and the memory of a server. */
class Watch {
  peakBytes = 0;
  slowestHealthMs = 0;
  readonly #server: Served;
  readonly #faults: string[] = [];
  readonly #done: Promise<void>;
  #isOver = false;

  constructor(server: Served) {
    this.#server = server;
    this.#done = this.#run();
  }

  /** @returns what failed */
  async end(): Promise<readonly string[]> {
    this.#isOver = true;
    await this.#done;
    return this.#faults;
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const began = performance.now();
      try {
        const { status } = await fetch(new URL('/health', this.#server.url));
        if (status !== 200) this.#faults.push(`/health: ${status}`);
        this.slowestHealthMs = Math.max(this.slowestHealthMs, performance.now() - began);
        const memory = (await this.#server.metrics()).get('memory_bytes') ?? 0;
        this.peakBytes = Math.max(this.peakBytes, memory);
      } catch (error) {
        this.#faults.push(`/health: ${error}`);
      }
      await setTimeout(HEALTH_MS);
    }
  }
}
