import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { codeOf, completions, isWell, words } from '../../../support/completions.ts';
import { type Answered, ask, openServer, posting } from '../../../support/server.ts';

const open = await openServer({ words });

const json = JSON.stringify({ prompt: 'the cat', max_tokens: 2 });

function post(body: Uint8Array, coding: string): Promise<Answered> {
  const headers = { 'content-type': 'application/json', 'content-encoding': coding };
  return ask(open.url + completions, { ...posting(''), headers, body: new Uint8Array(body) });
}

describe('a compressed body', () => {
  test.each([
    ['gzip', gzipSync(json)],
    ['GZip ', gzipSync(json)],
    ['x-gzip', gzipSync(json)],
    ['gzip', Buffer.concat([gzipSync(json.slice(0, 9)), gzipSync(json.slice(9))])],
    ['br', brotliCompressSync(json)],
    ['deflate', deflateSync(json)],
    ['deflate', deflateRawSync(json)],
    ['identity', Buffer.from(json)],
  ])('is read: %s', async (coding, body) => {
    const { status, body: answer } = await post(body, coding);
    expect([status, answer.usage?.total_tokens]).toEqual([200, 4]);
  });

  test.each(['zstd', 'compress', 'gzip, gzip', 'foo'])(
    'with an unknown coding gets a 415 that lists the supported ones: %s',
    async (coding) => {
      const answer = await post(Buffer.from(json), coding);
      expect(codeOf(answer)).toEqual([415, 'unsupported_encoding']);
      expect(answer.headers.get('accept-encoding')).toBe('gzip, br, deflate');
    },
  );

  test.each(['gzip', 'br', 'deflate'])(
    'that is damaged, truncated or empty gets a 400: %s',
    async (coding) => {
      const whole = new Map([
        ['gzip', gzipSync(json)],
        ['br', brotliCompressSync(json)],
        ['deflate', deflateSync(json)],
      ]).get(coding);
      for (const bytes of [Buffer.from(json), whole?.subarray(0, -3), Buffer.alloc(0)]) {
        expect(codeOf(await post(bytes as Buffer, coding))).toEqual([400, 'invalid_encoding']);
      }
    },
  );

  test('is decompressed only up to the body limit', async () => {
    const most = open.service.limits.bodyBytes;
    const bomb = Buffer.alloc(200 * most, ' ');
    for (const [coding, bytes] of [
      ['gzip', gzipSync(bomb)],
      ['br', brotliCompressSync(bomb)],
      ['deflate', deflateRawSync(bomb)],
      ['gzip', gzipSync(json.padEnd(most + 1))],
    ] as const) {
      expect(bytes.length).toBeLessThan(most);
      const answer = await post(bytes, coding);
      expect(codeOf(answer)).toEqual([413, 'body_too_large']);
    }
    expect((await post(gzipSync(json.padEnd(most)), 'gzip')).status).toBe(200);
    await isWell(open);
  });
});
