import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadModel, type ModelSource } from '../../src/api/load-model.ts';
import { openBackend } from '../../src/backends/open.ts';
import { UnrolledError } from '../../src/errors.ts';
import { SavedModel, writeModelFile } from '../../src/models/model-file.ts';
import { savedModel } from '../support/served.ts';

const backend = await openBackend('reference');
const bytes = writeModelFile(savedModel('word'));
const folder = mkdtempSync(join(tmpdir(), 'unrolled-load-'));
const path = join(folder, 'a b%20.safetensors');
let server: Server;
let url = '';

beforeAll(async () => {
  writeFileSync(path, bytes);
  server = createServer(({ url }, response) => {
    if (url === '/broken') response.destroy();
    else if (url === '/short') response.writeHead(200, { 'content-length': bytes.length }).end('short');
    else if (url?.startsWith('/model')) response.end(bytes);
    else response.writeHead(Number(url?.slice(1))).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => vi.restoreAllMocks());

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** As if there were no Node around. */
function inPage(): void {
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never);
}

const copy = (): ArrayBuffer => bytes.slice().buffer;

const sources: [what: string, source: () => ModelSource | Promise<ModelSource>][] = [
  ['bytes', () => bytes],
  ['bytes in the middle of a buffer', () => new Uint8Array([0, ...bytes, 0]).subarray(1, 1 + bytes.length)],
  ['a Buffer', () => Buffer.from(bytes)],
  ['an ArrayBuffer', copy],
  [
    'an ArrayBuffer of another realm',
    () => {
      const other = runInNewContext('new ArrayBuffer(length)', { length: bytes.length });
      new Uint8Array(other).set(bytes);
      return other;
    },
  ],
  ['a Blob', () => new Blob([bytes])],
  ['a File', () => new File([bytes], 'model.safetensors')],
  ['a Response', () => new Response(bytes)],
  ['a fetched Response', () => fetch(`${url}/model`)],
  ['a URL', () => new URL(`${url}/model`)],
  ['a URL as a string', () => `${url}/model`],
  ['a file: URL', () => pathToFileURL(path)],
  ['a file: URL as a string', () => pathToFileURL(path).href],
  ['a path', () => path],
  ['a relative path', () => relative(process.cwd(), path)],
  [
    'a data: URL',
    () =>
      new URL(
        `data:,${encodeURIComponent('')}`.replace(',', `;base64,${Buffer.from(bytes).toString('base64')}`),
      ),
  ],
];

test.each(sources)('a model opens from %s', async (_, source) => {
  const saved = await loadModel(await source(), backend);
  expect(saved).toBeInstanceOf(SavedModel);
  expect(saved.model.backend).toBe(backend);
  expect(writeModelFile(saved)).toEqual(bytes);
});

test('a model opens on the backend auto by default', async () => {
  const saved = await loadModel(bytes);
  const auto = await openBackend();
  expect(saved.model.backend.description).toBe(auto.description);
  expect(saved.decode(saved.encode('the old cat').ids)).toBe('the old cat');
  for (const opened of [auto, saved.model.backend]) opened.close();
});

test('in a page, a string is a URL relative to the page, and no Node module is loaded', async () => {
  inPage();
  const fetched = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(bytes));
  await loadModel('models/model.safetensors', backend);
  await loadModel('file:///model.safetensors', backend);
  expect(fetched.mock.calls).toEqual([['models/model.safetensors'], ['file:///model.safetensors']]);
});

describe('refused is', () => {
  const refused: [what: string, source: () => unknown, code: string, message: RegExp][] = [
    ['a missing file', () => join(folder, 'none'), 'file-missing', /none: there is no such file/],
    [
      'a missing file: URL',
      () => pathToFileURL(join(folder, 'none')),
      'file-missing',
      /^file:.*none: there is no/,
    ],
    ['an empty path', () => '', 'file-missing', /there is no such file/],
    ['a folder', () => folder, 'file-kind', /this is a folder/],
    ['a path with a NUL', () => 'a\0b', 'file-system', /can't be read/],
    ['a file: URL of another host', () => new URL('file://host/x'), 'file-system', /can't be read/],
    [
      'a Response of 404',
      () => fetch(`${url}/404`),
      'file-missing',
      /\/404: the server answers 404 Not Found/,
    ],
    ['a URL that is forbidden', () => new URL(`${url}/403`), 'file-permission', /the server answers 403/],
    ['a URL that fails', () => `${url}/500`, 'file-system', /the server answers 500/],
    ['a URL that cuts its answer', () => `${url}/short`, 'file-system', /\/short: the file can't be read/],
    ['a URL that breaks off', () => `${url}/broken`, 'file-system', /\/broken: the file can't be read/],
    [
      'a scheme that nobody fetches',
      () => new URL('ftp://a/b'),
      'file-system',
      /^ftp:\/\/a\/b: the file can't be/,
    ],
    [
      'a Response that was read',
      async () => {
        const response = new Response(bytes);
        await response.text();
        return response;
      },
      'option-value',
      /^the response: the body of the response was read already/,
    ],
    ['no model', () => new TextEncoder().encode('hello'), 'file-damaged', /^model file: /],
    ['a File that is no model', () => new File(['hello'], 'my.txt'), 'file-damaged', /^my\.txt: /],
    ['a Blob that is no model', () => new Blob(['hello']), 'file-damaged', /^the Blob: /],
    ['an error page', () => new Response('<!doctype html>'), 'file-damaged', /^the response: /],
    ['null', () => null, 'option-value', /^loadModel: the source is null; it must be/],
    ['nothing', () => undefined, 'option-value', /^loadModel: the source is undefined/],
    ['a number', () => 3, 'option-value', /^loadModel: the source is 3/],
    ['an object', () => ({ path }), 'option-value', /^loadModel: the source is an Object/],
  ];

  test.each(refused)('%s', async (_, source, code, message) => {
    const given = (await source()) as ModelSource;
    const error = await loadModel(given, backend).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnrolledError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('a file that is too large to read', async () => {
    const large = join(folder, 'large');
    writeFileSync(large, '');
    truncateSync(large, 2 ** 31 + 1);
    await expect(loadModel(large, backend)).rejects.toMatchObject({ code: 'file-large' });
  });
});

test('no message contains the secret parts of an address', async () => {
  const failing = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('fetch failed'));
  for (const source of [new URL('https://me:secret@host/m?key=secret#secret'), 'data:,secret']) {
    const error = await loadModel(source, backend).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/: (https:\/\/host\/m|the data: URL): the file can't be read/);
    expect(String(error)).not.toContain('secret');
  }
  expect(failing).toHaveBeenCalledTimes(2);
});

test('a damaged file opens no backend', async () => {
  const open = vi.spyOn(WebAssembly, 'instantiate');
  await expect(loadModel(bytes.subarray(0, 100))).rejects.toThrow(UnrolledError);
  expect(open).not.toHaveBeenCalled();
});

test('a file that changed after it was written opens only without verification', async () => {
  const rotten = bytes.slice();
  rotten[rotten.length - 8] ^= 1;
  await expect(loadModel(rotten, backend)).rejects.toThrow(
    'model file: its arrays changed after it was written; they must have the digest in the file. ' +
      'Use another copy; verify: false opens it as it is.',
  );
  expect((await loadModel(rotten, backend, { verify: false })).model.backend).toBe(backend);
});
