import { Agent } from 'node:http';
import { Random } from '../../src/index.ts';
import { percentile } from '../measure.ts';
import { type Answer, exchange } from './client.ts';
import { randomText } from './model.ts';
import type { Served } from './server.ts';

/** Of each answer. */
export const TOKENS = 64;

export interface Wave {
  readonly stream: boolean;
  /** Concurrent clients; each sends its next request after its answer. */
  readonly atOnce: number;
  /** Minimum of all clients together; each sends at least two. */
  readonly requests: number;
  /** Words of the model's vocabulary. */
  readonly words: number;
}

/** In milliseconds. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

export interface LoadResult {
  readonly backend: string;
  readonly stream: boolean;
  readonly atOnce: number;
  readonly requests: number;
  readonly errors: number;
  readonly tokensPerSecond: number;
  readonly first: Spread;
  readonly between: Spread;
  readonly total: Spread;
  /** Share of the time that the server spends in steps and prompts. */
  readonly busy: number;
  /** Mean number of texts per step. */
  readonly batch: number;
}

/** Runs clients that request random texts, and measures their latencies. */
export async function measureLoad(server: Served, wave: Wave): Promise<Omit<LoadResult, 'backend'>> {
  const each = Math.max(2, Math.ceil(wave.requests / wave.atOnce));
  const { stream, words } = wave;
  const agent = new Agent({ keepAlive: true, maxSockets: wave.atOnce });
  const before = await server.metrics();
  const began = performance.now();
  const clients = Array.from({ length: wave.atOnce }, (_, n) =>
    ask(server, agent, { stream, words }, n, each),
  );
  const answers = (await Promise.all(clients)).flat();
  const seconds = (performance.now() - began) / 1000;
  const after = await server.metrics();
  agent.destroy();
  const more = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  const right = answers.filter((answer) => answer !== null);
  return {
    stream: wave.stream,
    atOnce: wave.atOnce,
    requests: answers.length,
    errors: answers.length - right.length,
    tokensPerSecond: (right.length * TOKENS) / seconds,
    first: spreadOf(wave.stream ? right.map(({ first }) => first) : []),
    between: spreadOf(right.flatMap(({ gaps }) => gaps.slice(0, -1))), // without the one before [DONE]
    total: spreadOf(right.map(({ total }) => total)),
    busy: more('busy_seconds_total') / seconds,
    batch: more('tokens_total') / more('steps_total'),
  };
}

/** One client: request after request. Returns null for failed ones. */
async function ask(
  server: Served,
  agent: Agent,
  { stream, words }: Pick<Wave, 'stream' | 'words'>,
  client: number,
  requests: number,
): Promise<(Answer | null)[]> {
  const random = new Random(client);
  const answers: (Answer | null)[] = [];
  for (let n = 0; n < requests; n++) {
    const prompt = randomText(random, 1 + Math.floor(30 * random.uniform()), words);
    const seed = client * requests + n;
    const body = JSON.stringify({ prompt, max_tokens: TOKENS, temperature: 0.8, seed, stream });
    const headers = { 'content-type': 'application/json' };
    const message = { method: 'POST', path: '/v1/completions', headers, body } as const;
    const answer = await exchange(server.url, agent, message).catch(() => null);
    answers.push(answer && isWhole(answer, stream) ? answer : null);
  }
  return answers;
}

function isWhole({ status, text }: Answer, stream: boolean): boolean {
  return (
    status === 200 &&
    text.includes('"finish_reason":"length"') &&
    (!stream || text.endsWith('data: [DONE]\n\n'))
  );
}

function spreadOf(values: readonly number[]): Spread {
  return { p50: percentile(values, 0.5), p99: percentile(values, 0.99) };
}
