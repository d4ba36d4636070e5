import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { jsonLines } from '../../support/output.ts';
import {
  InProcess,
  inShell,
  Running,
  sentences,
  temporaryFolder,
  tiny,
  unrolled,
} from '../../support/process.ts';
import { ask, eventsOf, type Json, post, posting, requestOf, until, Wire } from '../../support/server.ts';

const folder = temporaryFolder({
  'train.txt': sentences(150),
  'keys.txt': '# ours\nfirst\n\nsecond\r\n',
  'none.txt': '# nobody yet\n\n',
  'spaced.txt': 'good\na key\n',
});

beforeAll(async () => {
  const trained = await unrolled(
    folder,
    'train',
    'train.txt',
    ...tiny,
    '--epochs',
    '1',
    '--out',
    'm.safetensors',
  );
  expect(trained.status).toBe(0);
});

interface Serving {
  readonly run: InProcess | Running;
  readonly url: string;
  readonly port: number;
  /** What the first line says. */
  readonly greeting: Json;
}

const serveArgs = (args: readonly string[]) => [
  'serve',
  'm.safetensors',
  ...['--backend', 'wasm', '--threads', '1', ...args],
];

/** A server in this process, which stops when its test fails. */
function start(...args: string[]): InProcess {
  const run = new InProcess(serveArgs(args), folder);
  onTestFailed(() => run.kill('SIGTERM'));
  return run;
}

/** A server in a process of its own, which ends when its test fails. */
function startProcess(...args: string[]): Running {
  const run = new Running(serveArgs(args), folder);
  onTestFailed(() => run.kill('SIGKILL'));
  return run;
}

async function listening<R extends InProcess | Running>(run: R) {
  await run.says(/\n/);
  const greeting: Json = JSON.parse(run.stdout);
  return { run, url: greeting.url, port: Number(new URL(greeting.url).port), greeting } satisfies Serving;
}

const serve = (...args: string[]) => listening(start('--port', '0', '--json', ...args));
const serveProcess = (...args: string[]) => listening(startProcess('--port', '0', '--json', ...args));

async function stop({ run }: Serving, signal: NodeJS.Signals = 'SIGTERM') {
  run.kill(signal);
  return run.finished();
}

const refused = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(true));
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });

describe('unrolled serve', () => {
  test('accepts only local connections, prints its address, and a summary at the end', async () => {
    const serving = await serve('--lenient', '--alias', 'davinci=./m.safetensors');
    const { url, greeting } = serving;
    expect(greeting).toEqual({ event: 'listening', url, models: ['m'], open: false });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const asked = { model: 'davinci', prompt: 'the old', max_tokens: 5, best: 1 };
    const { body, headers } = await post(`${url}/v1/completions`, asked);
    expect(body).toMatchObject({ model: 'davinci', usage: { completion_tokens: 5 } });
    expect(headers.get('x-unrolled-ignored')).toBe('best');
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    expect((await ask(`${url}/version`)).body).toEqual({ version });
    const { status, stdout, stderr } = await stop(serving);
    expect(status).toBe(0);
    expect(jsonLines(stdout).slice(1)).toEqual([{ event: 'stopped', requests: 2, tokens: 5 }]);
    expect(stderr).toBe('Stopping after the active requests. Interrupt again to stop at once.\n');
  });

  test('prints its address and its models', async () => {
    const run = start('--port', '0');
    await run.says(/backend/);
    expect(run.stdout).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/v1\n {2}m +1 rnn layer of 12 units.*; \d+ word tokens\n {2}backend {2}\w+, /,
    );
    expect(run.stdout).not.toContain('Anyone');
    run.kill('SIGINT');
    const { status, stdout } = await run.finished();
    expect(status).toBe(0);
    expect(stdout).toMatch(/\nStopped after 0 requests and 0 tokens\.\n$/);
  });

  test('warns if anyone can connect', async () => {
    const open = start('--port', '0', '--host', '0.0.0.0');
    await open.says(/Anyone who can reach this machine can use it\. Require a key with --api-key-file\.\n/);
    open.kill('SIGTERM');
    await open.finished();
    for (const [isOpen, ...args] of [
      [true, '--host', '0.0.0.0'],
      [false, '--host', '0.0.0.0', '--api-key-file', 'keys.txt'],
      [false, '--host', 'localhost'],
    ] as const) {
      const one = await serve(...args);
      expect(one.greeting.open).toBe(isOpen);
      expect((await stop(one)).status).toBe(0);
    }
  });

  test('accepts the keys in the file', async () => {
    const serving = await serve(
      '--allow-host',
      'proxy.example',
      '--api-key-file',
      'keys.txt',
      '--cors-origin',
      'https://a.example',
      '--cors-origin',
      'https://b.example',
    );
    const status = async (key: string) =>
      (await ask(`${serving.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect(await Promise.all(['first', 'second', '# ours', ''].map(status))).toEqual([200, 200, 401, 401]);
    for (const origin of ['https://a.example', 'https://b.example']) {
      const { headers } = await ask(`${serving.url}/health`, { headers: { origin } });
      expect(headers.get('access-control-allow-origin')).toBe(origin);
    }
    await stop(serving);
  });

  test('applies the given limits', async () => {
    const limits = '--max-body-kb 1 --max-prompt 3 --max-tokens 4 --max-streams 2 --max-queue 0 --timeout 20';
    const serving = await serve(...limits.split(' '));
    const codeOf = async (body: object) =>
      (await post(`${serving.url}/v1/completions`, body)).body.error?.code ?? 'none';
    expect(await codeOf({ prompt: 'the '.repeat(300) })).toBe('body_too_large');
    expect(await codeOf({ prompt: 'the old cat purrs' })).toBe('context_length_exceeded');
    expect(await codeOf({ max_tokens: 5 })).toBe('invalid_value');
    expect(await codeOf({ n: 3 })).toBe('too_many_choices');
    expect(await codeOf({ prompt: 'the old cat', max_tokens: 4, n: 2 })).toBe('none');
    await stop(serving);
  });
});

describe('SIGTERM', () => {
  const asked = { prompt: 'the old', max_tokens: 1000, stream: true, seed: 1 };

  test('completes the active requests and accepts no more', async () => {
    const { url, port, run } = await serve();
    // Neither of these is in the way: one says nothing, one never ends what it says.
    const idle = new Wire(port).send('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
    const half = new Wire(port).send('POST /v1/completions HTTP/1.1\r\nhost: localhost\r\n');
    const two = [0, 1].map(() => new Wire(port).send('GET /v1/models HTTP/1.1\r\nhost: localhost\r\n\r\n'));
    for (const wire of two) await wire.hears(/"owned_by"/);
    await idle.hears(/"ok"/);
    // So much that it is under way until it is read.
    const unread = await fetch(`${url}/v1/completions`, posting({ ...asked, n: 8, logprobs: 20 }));
    await until(() => expect(unread.status).toBe(200));
    run.kill('SIGTERM');
    await run.says(/Stopping/);
    await until(async () => expect(await refused(port)).toBe(true));
    two[0].send(requestOf('/v1/completions', { prompt: 'the' }));
    two[1].send('GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n');
    for (const wire of two) await wire.ends();
    expect(two[0].received).toMatch(/HTTP\/1\.1 503 .*connection: close.*"code":"stopping"/is);
    expect(two[1].received).toMatch(/HTTP\/1\.1 503 .*"status":"stopping"/s);
    const events = eventsOf(await unread.text());
    expect(events.pop()).toBe('[DONE]');
    const finished = events.filter(({ choices }) => choices[0].finish_reason === 'length');
    expect(finished).toHaveLength(8);
    const { status, stdout } = await run.finished();
    expect(status).toBe(0);
    expect(jsonLines(stdout).at(-1)).toEqual({ event: 'stopped', requests: 6, tokens: 8_000 });
    for (const wire of [idle, half]) await wire.ends();
  });

  test('exits immediately at a second signal', async () => {
    const { url, run } = await serveProcess('--max-tokens', '5000000');
    const stream = await fetch(`${url}/v1/completions`, posting({ ...asked, max_tokens: 5_000_000 }));
    run.kill('SIGTERM');
    await run.says(/Stopping/);
    run.kill('SIGTERM');
    const { status, stdout } = await run.finished();
    expect(status).toBe(130);
    expect(stdout).not.toContain('stopped');
    await expect(stream.text()).rejects.toThrow();
  });

  test('is not delayed by idle connections', async () => {
    const serving = await serve();
    await ask(`${serving.url}/health`);
    const half = new Wire(serving.port).send('POST /v1/completions HTTP/1.1\r\nhost: localhost\r\n');
    await until(() => expect(half.socket.bytesWritten).toBeGreaterThan(0));
    serving.run.kill('SIGTERM');
    // The limit of a request's head would answer 408 first.
    await half.ends();
    expect(half.received).toBe('');
    expect((await serving.run.finished()).status).toBe(0);
  });
});

test('a low limit of open files is reported in one line', async () => {
  const script = 'ulimit -n 24; exec "$@"';
  expect(await inShell(folder, script, ...serveArgs(['--port', '0']))).toEqual({
    status: 1,
    stdout: '',
    stderr: 'unrolled: the limit of open files is too low to start. Raise it, such as with ulimit -n 1024.\n',
  });
});

describe('an error of serve', () => {
  test('reports a port that is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    expect(await unrolled(folder, 'serve', 'm.safetensors', '--port', `${port}`)).toEqual({
      status: 1,
      stdout: '',
      stderr: `serve: 127.0.0.1, port ${port}: the port is in use; it needs a free one. Choose another --port.\n`,
    });
    other.close();
  });

  test.each([
    [['m.safetensors', '--api-key-file', 'nowhere.txt'], 1, /^nowhere\.txt: .*\n$/],
    [['m.safetensors', '--api-key-file', 'none.txt'], 1, /^none\.txt: the file has no key; .*\n$/],
    [['m.safetensors', '--api-key-file', 'spaced.txt'], 1, /^spaced\.txt: line 2 has a space .*\n$/],
    [['m.safetensors', './m.safetensors'], 1, /^serve: two models are named m; .*\n$/],
    [['m.safetensors', '--alias', 'm=m.safetensors'], 1, /^serve: two models are named m; .*\n$/],
    [['m.safetensors', '--alias', 'other=n.safetensors'], 2, /Add n\.safetensors to them\.\n$/],
    [['m.safetensors', '--alias', 'other'], 2, /--alias: got 'other'; it needs NAME=FILE, such as/],
    [['train.txt'], 1, /^train\.txt: .*\n$/],
    [
      ['m.safetensors', '--host', '192.0.2.1'],
      1,
      /^serve: 192\.0\.2\.1, port 8080: this machine does not have the address.*\n$/,
    ],
    [['m.safetensors', '--port', '70000'], 2, /--port: got 70000; it needs a number from 0 to 65535\.\n/],
    [['m.safetensors', '--timeout', '0'], 2, /--timeout: got '0'/],
    [['m.safetensors', '--timeout', '2147484'], 2, /it needs a number above 0 and at most 2147483\./],
    [
      ['m.safetensors', '--allow-host', 'a.example:80'],
      2,
      /--allow-host: got "a\.example:80"; it must be a host name without a port/,
    ],
    [
      ['m.safetensors', '--cors-origin', 'https://a.example/'],
      2,
      /--cors-origin: got "https:\/\/a\.example\/"; .* Use https:\/\/a\.example\.\n$/,
    ],
    [[], 2, /serve: .*MODEL/],
  ])('is reported in one line: %j', async (args, expected, message) => {
    const { status, stdout, stderr } = await unrolled(folder, 'serve', ...args);
    expect({ status, stdout }).toEqual({ status: expected, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
  });
});
