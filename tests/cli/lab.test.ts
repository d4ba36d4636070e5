import { writeFileSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomModelFile } from '../support/interop.ts';
import { InProcess, temporaryFolder } from '../support/process.ts';

const model = randomModelFile();
const folder = temporaryFolder({ 'note.txt': 'private' });
writeFileSync(join(folder, 'm.safetensors'), model);
let lab: InProcess;
let url: string;

beforeAll(async () => {
  lab = new InProcess(['lab', 'm.safetensors', '--port', '0', '--json'], folder);
  await lab.says(/"listening"/);
  url = JSON.parse(lab.stdout).url;
});
afterAll(async () => {
  lab.kill('SIGINT');
  expect(await lab.finished()).toMatchObject({ status: 0, stderr: '' });
});

test('the page is isolated, and its policy allows only this origin and WebAssembly', async () => {
  const { headers, status } = await fetch(url);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  expect(headers.get('content-security-policy')).toMatch(
    /^default-src 'self'; script-src 'self' 'wasm-unsafe-eval'/,
  );
});

test('named models are served, with a list', async () => {
  const list = await (await fetch(`${url}/models.json`)).json();
  expect(list).toEqual([{ name: 'm.safetensors', address: './models/1' }]);
  expect(new Uint8Array(await (await fetch(`${url}/models/1`)).arrayBuffer())).toEqual(new Uint8Array(model));
});

/** A request whose target is sent as it is; fetch would resolve the dots. */
const statusOf = (path: string, headers: Record<string, string> = {}) =>
  new Promise<number | undefined>((resolve, reject) => {
    httpGet(url, { path, headers }, (response) => resolve(response.resume().statusCode)).on('error', reject);
  });

test.each([
  '/note.txt',
  '/../note.txt',
  '/assets/../../note.txt',
  '/%2e%2e/note.txt',
  '/models/2',
  '/models',
  '/assets',
])('nothing else is served: %s', async (path) => {
  expect(await statusOf(path)).toBe(404);
});

test('a request for another host name is refused, so that no other site reads the models', async () => {
  expect(await statusOf('/models/1', { host: 'evil.example' })).toBe(403);
  expect(await statusOf('/models/1', { host: 'localhost' })).toBe(200);
});

test('only GET and HEAD are answered', async () => {
  const head = await fetch(`${url}/models/1`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
    200,
    `${model.length}`,
    '',
  ]);
  const post = await fetch(url, { method: 'POST' });
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});
