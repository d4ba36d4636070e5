import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { codeOf, completer, completions, isWell, textsOf, words } from '../../../support/completions.ts';
import { ask, openServer, posting, requestOf, Wire } from '../../../support/server.ts';

const open = await openServer({ words });
const { url, port } = open;
const complete = completer(url);

const lengthy = JSON.stringify({ prompt: 'the '.repeat(6000) });

const tooLong = /^HTTP\/1.1 413 .*\r\nconnection: close\r\n.*"body_too_large".*\}$/s;
const announcing = (length: number) =>
  requestOf(completions, '').replace('content-length: 0', `content-length: ${length}`);
const unannounced = requestOf(completions, '').replace('content-length: 0', 'transfer-encoding: chunked');
const megabyte = Buffer.alloc(1 << 20, ' ');

describe('a number in a body', () => {
  const errorFor = async (body: string) => (await complete(body)).body.error;

  test('is named in an error as it was sent', async () => {
    expect(await errorFor('{"temperature": 1e999}')).toMatchObject({
      code: 'invalid_value',
      param: 'temperature',
      message: expect.stringContaining('1e999'),
    });
    const beyond = '18446744073709551616';
    for (const name of ['seed', 'max_tokens']) {
      expect((await errorFor(`{"${name}": ${beyond}}`)).message).toMatch(`${name} is ${beyond}; it must be`);
    }
    expect((await errorFor(`{"prompt": [1, ${beyond}]}`)).message).toContain(beyond);
  });

  test('may be a seed of 64 bits, each of which gives its own text', async () => {
    const texts = [
      '9223372036854775807',
      '9223372036854775806',
      '-9223372036854775808',
      '9223372032559808511',
    ].map(async (seed) => textsOf(await complete(`{"prompt": "the", "max_tokens": 20, "seed": ${seed}}`))[0]);
    expect(new Set(await Promise.all(texts)).size).toBe(4);
  });
});

describe('a body that is too long', () => {
  test('is refused for any length, and the response arrives', async () => {
    expect(codeOf(await complete(lengthy))).toEqual([413, 'body_too_large']);
    for (const megabytes of [2, 40]) {
      const init: RequestInit & { duplex: 'half' } = {
        ...posting(''),
        body: Readable.toWeb(Readable.from(Array(megabytes).fill(megabyte))) as NonNullable<
          RequestInit['body']
        >,
        duplex: 'half',
      };
      const answer = await ask(url + completions, init);
      expect(codeOf(answer)).toEqual([413, 'body_too_large']);
      expect(answer.headers.get('connection')).toBe('close');
    }
    await isWell(open);
  });

  test('is refused also if the client sends all before it reads', async () => {
    const [head, tail] = ['100000\r\n', '\r\n'];
    const chunk = Buffer.concat([Buffer.from(head), megabyte, Buffer.from(tail)]);
    const bodies: [string, Buffer][] = [
      [announcing(40 << 20), megabyte],
      [unannounced, chunk],
    ];
    for (const [request, piece] of bodies) {
      const wire = new Wire(port, true);
      wire.socket.pause();
      wire.send(request);
      for (let i = 0; i < 40; i++) await wire.sends(piece);
      await wire.sends(request === unannounced ? '0\r\n\r\n' : '');
      wire.socket.resume();
      await wire.hears(tooLong);
      wire.socket.end();
      await wire.ends();
    }
    await isWell(open);
  });

  test('without an end is answered immediately, and the connection is closed at the timeout', async () => {
    const hasty = await openServer({ words }, { limits: { seconds: 0.2 } });
    for (const request of [announcing(99999999999), unannounced]) {
      const wire = new Wire(hasty.port, true).send(request).send(`5001\r\n${' '.repeat(0x5001)}\r\n`);
      await wire.hears(tooLong);
      expect(wire.closed).toBe(false);
      const sending = setInterval(() => wire.send('1\r\n \r\n'), 20);
      await wire.ends();
      clearInterval(sending);
    }
    await isWell(hasty);
    const counts = hasty.service.metrics.toString();
    expect(counts).toContain('{route="/v1/completions",status="413"} 2\n');
  });
});
