import { Agent } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { Random } from '../../src/index.ts';
import { type Case, drawCase, drawCompletion } from './case.ts';
import type { Served } from './server.ts';
import { type Outcome, textOf, visit } from './visit.ts';

const AT_ONCE = 200;
const SAMPLES = 50;
/** The longest wait of a rejected client: shorter than `retry-after`, so that the queue stays full. */
const PATIENCE_MS = 200;
/** Completions of the idle server, and the share of requests that repeat one of them. */
const KNOWN = 40;
const KNOWN_SHARE = 0.03;

/** The state of the server after a number of requests. */
export interface Sample {
  readonly requests: number;
  readonly memoryBytes: number;
  readonly cacheBytes: number;
  readonly streams: number;
  readonly queue: number;
}

interface Known {
  readonly one: Case;
  readonly text: string;
}

/** Random concurrent requests by clients of all kinds. */
export class Storm {
  /** Counts of results by the request's name. */
  readonly results: Map<string, number> = new Map();
  readonly faults: string[] = [];
  readonly samples: Sample[] = [];
  /** Number of texts compared with those of the idle server. */
  compared = 0;
  readonly #server: Served;
  readonly #random: Random;
  readonly #agent: Agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

  constructor(server: Served, seed: number) {
    this.#server = server;
    this.#random = new Random(seed);
  }

  /** @param tell receives the state of the server, 50 times */
  async rage(requests: number, tell: (sample: Sample) => void): Promise<void> {
    const known = await this.#askCalmly();
    const every = Math.ceil(requests / SAMPLES);
    let begun = 0;
    const client = async () => {
      while (begun++ < requests) {
        if (begun % every === 0) tell(await this.#sample(begun));
        const again = this.#random.uniform() < KNOWN_SHARE;
        const { answer } = await (again ? this.#askAgain(known) : this.#ask(drawCase(this.#random)));
        if (answer?.status === 429) await setTimeout(PATIENCE_MS * this.#random.uniform());
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, client));
    this.#agent.destroy();
  }

  async #askCalmly(): Promise<Known[]> {
    const known: Known[] = [];
    for (let n = 0; n < KNOWN; n++) {
      const one = drawCompletion(this.#random);
      const { answer } = await this.#ask(one);
      if (answer) known.push({ one, text: textOf(answer) });
    }
    return known;
  }

  async #askAgain(known: readonly Known[]): Promise<Outcome> {
    const { one, text } = known[Math.floor(this.#random.uniform() * known.length)];
    const outcome = await this.#ask(one);
    if (outcome.answer?.status !== 200) return outcome;
    this.compared++;
    const got = textOf(outcome.answer);
    if (got !== text) this.faults.push(`wrong text: ${JSON.stringify(got)}, alone ${JSON.stringify(text)}`);
    return outcome;
  }

  async #ask(one: Case): Promise<Outcome> {
    const outcome = await visit(this.#server.url, this.#agent, one);
    const key = `${one.name}: ${outcome.right ? outcome.result : 'WRONG'}`;
    this.results.set(key, (this.results.get(key) ?? 0) + 1);
    if (!outcome.right) this.faults.push(`${one.name}: ${outcome.result}`);
    return outcome;
  }

  async #sample(requests: number): Promise<Sample> {
    const sample = await sampleOf(this.#server, requests);
    this.samples.push(sample);
    return sample;
  }
}

export async function sampleOf(server: Served, requests: number): Promise<Sample> {
  const metrics = await server.metrics();
  const value = (name: string) => metrics.get(name) ?? Number.NaN;
  return {
    requests,
    memoryBytes: value('memory_bytes'),
    cacheBytes: value('cache_bytes'),
    streams: value('streams'),
    queue: value('queue'),
  };
}
