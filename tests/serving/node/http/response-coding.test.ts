import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { preferredCoding } from '../../../../src/serving/node/http/response-coding.ts';
import { completions, words } from '../../../support/completions.ts';
import { savedModel } from '../../../support/served.ts';
import { ask, openServer, posting, requestOf, until, Wire } from '../../../support/server.ts';

describe('the preferred coding of', () => {
  test.each([
    [undefined, null],
    ['', null],
    ['gzip', 'gzip'],
    ['gzip, deflate, br, zstd', 'gzip'],
    ['BR', 'br'],
    ['gzip;q=0.5, br;q=0.8', 'br'],
    ['gzip; q=0.5 , br ; Q=0.2', 'gzip'],
    ['*', 'gzip'],
    ['gzip;q=0, *', 'br'],
    ['gzip;q=0', null],
    ['*;q=0', null],
    ['identity, gzip;q=0.5', null],
    ['identity;q=0.1, gzip;q=0.5', 'gzip'],
    ['identity;q=0', null],
    ['deflate, zstd', null],
    ['gzip;q=x', null],
  ])('%s is %s', (accepted, coding) => {
    expect(preferredCoding(accepted)).toBe(coding);
  });
});

/** Words so long and so random that a compressed answer is more than a connection takes. */
const longWords = Array.from({ length: 6 }, () => randomBytes(25_000).toString('hex')).join(' ');
const open = await openServer({ words, long: savedModel('word', longWords) });
const { url, port } = open;

/** The coding of a response and its decoded text, which `fetch` would decode itself. */
function fetchCoded(
  path: string,
  accepted: string,
  body?: object,
): Promise<[string | undefined, string, string | undefined]> {
  return new Promise((resolve, reject) => {
    const { method, headers, body: sent } = body ? posting(body) : { method: 'GET', headers: {}, body: '' };
    const options = { method, headers: { ...(headers as object), 'accept-encoding': accepted } };
    const request = httpRequest(url + path, options, async (response) => {
      const bytes = Buffer.concat(await response.toArray());
      const { 'content-encoding': coding, vary } = response.headers;
      const decode = { gzip: gunzipSync, br: brotliDecompressSync }[coding ?? ''];
      resolve([coding, String(decode ? decode(bytes) : bytes), vary]);
    });
    request.on('error', reject);
    request.end(sent);
  });
}

describe('a response', () => {
  const scored = { model: 'words', text: 'the cat sat on the mat . '.repeat(24), alternatives: 3 };
  test.each([
    ['in one piece', '/v1/score', { ...scored, text: scored.text.slice(0, 300) }],
    ['in many pieces', '/v1/score', scored],
  ])('%s is compressed where the client accepts it', async (_, path, body) => {
    const [none, plain, vary] = await fetchCoded(path, 'identity', body);
    expect([none, vary]).toEqual([undefined, 'accept-encoding']);
    for (const coding of ['gzip', 'br']) {
      expect(await fetchCoded(path, coding, body)).toEqual([coding, plain, 'accept-encoding']);
    }
  });

  test.each<[string, string, object?]>([
    ['that is short', '/health'],
    ['that is a stream', completions, { model: 'words', prompt: 'the', max_tokens: 100, stream: true }],
  ])('%s is not', async (_, path, body) => {
    expect((await fetchCoded(path, 'gzip, br', body))[0]).toBeUndefined();
  });

  test('to HEAD has the length of the plain one', async () => {
    const { headers } = await ask(`${url}/metrics`, {
      method: 'HEAD',
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(headers.get('content-encoding')).toBeNull();
    expect(Number(headers.get('content-length'))).toBeGreaterThan(4096);
  });

  test('that is not read, of a client that disconnects, is given up', async () => {
    const wire = new Wire(port);
    wire.socket.pause();
    const asked = { model: 'long', max_tokens: 600 };
    wire.send(requestOf(completions, asked, 'accept-encoding: gzip'));
    await until(() => expect(open.models[1].batcher.totals.tokens).toBe(asked.max_tokens));
    expect((await ask(`${url}/health`)).body.streams).toBe(1);
    wire.socket.destroy();
    await until(() => expect(open.service.admission.streams).toBe(0));
  });
});
