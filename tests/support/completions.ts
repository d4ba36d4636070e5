import { expect } from 'vitest';
import type { ModelContents } from '../../src/models/model-file.ts';
import { savedModel, tale } from './served.ts';
import { type Answered, type Json, type Opened, post, until } from './server.ts';

export const completions = '/v1/completions';

/** More tokens than a test waits for. */
export const endless = 1_000_000;

export const words: ModelContents = savedModel('word', tale, { unknown: '<unk>' });

/** With words this long, an answer soon holds more than a connection takes. */
export const longWords: ModelContents = savedModel(
  'word',
  Array.from({ length: 6 }, (_, i) => String(i).repeat(50_000)).join(' '),
);

/** Asks the server at `url`, or another, for completions; every object says `fixed` beside what it says. */
export function completer(
  url: string,
  fixed: object = {},
): (body: unknown, at?: string) => Promise<Answered> {
  return (body, at = url) =>
    post(at + completions, typeof body === 'string' ? body : { ...fixed, ...(body as object) });
}

export function textsOf({ body }: Answered): string[] {
  return body.choices.map(({ text }: Json) => text);
}

export function codeOf({ status, body }: Answered): [number, string] {
  return [status, body.error.code];
}

export function errorOf({ status, body }: Answered): [number, string, string | null] {
  return [status, body.error.code, body.error.param];
}

/** A server of `words` must be as it was: nobody's place is taken, and it writes. */
export async function isWell({ service: { admission }, url }: Opened): Promise<void> {
  await until(() => expect([admission.streams, admission.queued]).toEqual([0, 0]));
  const { status, body } = await completer(url)({ prompt: 'the', max_tokens: 2, seed: 1 });
  expect([status, body.usage.completion_tokens]).toEqual([200, 2]);
}
