import type { Random } from '../../src/index.ts';
import type { Message } from './client.ts';
import { randomText } from './model.ts';

export const WORDS = 1000;
export const KEY = 'the-key-of-the-soak';
/** Server limits that some requests of the soak test exceed. */
export const LIMITS = { promptTokens: 512, bodyKB: 64, streams: 64, queue: 100 } as const;

/** Special behaviour of a client. */
export type Manner = 'patient' | 'slow' | 'leaves-early' | 'leaves-midway' | 'leaves-uploading';

/** One request of the soak test and its expected answer. */
export interface Case {
  readonly name: string;
  readonly manner: Manner;
  readonly message: Message;
  /** If the queue is full, 429 is also correct. */
  readonly status: number;
  /** Expected number of generated tokens in the answer. */
  readonly tokens?: number;
}

const headers = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` };

/** A random request; most are valid and read to the end. */
export function drawCase(random: Random): Case {
  const draw = random.uniform();
  if (draw < 0.55) return drawCompletion(random);
  if (draw < 0.65) return drawSuggestion(random);
  if (draw < 0.72) return drawScore(random);
  if (draw < 0.84) return leaving(random);
  if (draw < 0.842) return slow(random);
  return wrong(random);
}

/** A seeded completion: the same request has the same answer. */
export function drawCompletion(random: Random, most = 16, stream = random.uniform() < 0.5): Case {
  const tokens = 1 + below(random, most);
  const n = random.uniform() < 0.03 ? 12 : 1;
  const fields = {
    prompt: drawText(random, 30),
    max_tokens: tokens,
    n,
    temperature: [0, 0.8, 1][below(random, 3)],
    seed: below(random, 2 ** 31),
    ...(random.uniform() < 0.2 && { top_p: 0.9 }),
    ...(random.uniform() < 0.1 && { logprobs: 2, echo: true }),
  };
  const options = stream ? { stream, stream_options: { include_usage: true } } : {};
  return { ...post('/v1/completions', { ...fields, ...options }), tokens: n * tokens };
}

function drawSuggestion(random: Random): Case {
  return post('/v1/suggest', { text: `${drawText(random, 10)} w1`, top: 3 });
}

function drawScore(random: Random): Case {
  return post('/v1/score', { text: drawText(random, 12) });
}

function leaving(random: Random): Case {
  const manner = pick(random, ['leaves-early', 'leaves-midway', 'leaves-uploading'] as const);
  const { message } = drawCompletion(random, 200, manner === 'leaves-midway' || random.uniform() < 0.5);
  if (manner !== 'leaves-uploading') return { name: manner, manner, message, status: 200 };
  const half = message.body.slice(0, 20);
  const announced = { ...message.headers, 'content-length': String(message.body.length) };
  return { name: manner, manner, message: { ...message, body: half, headers: announced }, status: 200 };
}

/** A text larger than the system's buffers for a client that does not read. */
function slow(random: Random): Case {
  const fields = { prompt: drawText(random, 5), max_tokens: 3000, logprobs: 5, seed: below(random, 1000) };
  const options = { stream: true, stream_options: { include_usage: true } };
  return {
    ...post('/v1/completions', { ...fields, ...options }, 'slow reader'),
    manner: 'slow',
    tokens: 3000,
  };
}

function wrong(random: Random): Case {
  const { message } = drawCompletion(random);
  const refused = (name: string, status: number, change: Partial<Message>): Case => {
    return { name, manner: 'patient', message: { ...message, ...change }, status };
  };
  const path = '/v1/completions';
  const long = 'w1 '.repeat(LIMITS.promptTokens + 1);
  const body = JSON.stringify;
  return pick(random, [
    refused('no JSON', 400, { path, body: '{"prompt": w1}' }),
    refused('JSON cut off', 400, { body: message.body.slice(0, -1) }),
    refused('no UTF-8', 400, { body: Buffer.from('{"prompt": "w1 \xff"}', 'latin1') }),
    refused('no object', 400, { body: '["w1"]' }),
    refused('wrong type', 400, { body: body({ prompt: 'w1', max_tokens: 'many' }) }),
    refused('unknown field', 400, { body: body({ prompt: 'w1', maximum: 1 }) }),
    refused('unknown id', 400, { body: body({ prompt: [1, WORDS * 2] }) }),
    refused('too many choices', 400, { body: body({ prompt: 'w1', n: LIMITS.streams + 1 }) }),
    refused('long prompt', 400, { body: body({ prompt: long }) }),
    refused('long text to score', 400, { path: '/v1/score', body: body({ text: long }) }),
    refused('long body', 413, { body: body({ prompt: 'w'.repeat(LIMITS.bodyKB * 1024) }) }),
    refused('no such model', 404, { body: body({ prompt: 'w1', model: 'other' }) }),
    refused('wrong path', 404, { path: '/v1/nothing' }),
    refused('wrong method', 405, { method: 'GET', body: '' }),
    refused('wrong key', 401, { headers: { ...headers, authorization: 'Bearer guess' } }),
    refused('no key', 401, { headers: { 'content-type': 'application/json' } }),
    refused('wrong type of body', 415, { headers: { ...headers, 'content-type': 'text/plain' } }),
  ]);
}

function post(path: string, fields: object, name = path): Case {
  const message = { method: 'POST', path, headers, body: JSON.stringify(fields) } as const;
  return { name, manner: 'patient', message, status: 200 };
}

function drawText(random: Random, most: number): string {
  return randomText(random, 1 + below(random, most), WORDS);
}

function below(random: Random, end: number): number {
  return Math.floor(random.uniform() * end);
}

function pick<T>(random: Random, all: readonly T[]): T {
  return all[below(random, all.length)];
}
