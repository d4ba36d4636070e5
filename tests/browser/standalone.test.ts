import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closePages, openChromium } from './chromium.ts';
import { type ServeOptions, serve } from './serve.ts';

const bundle = new URL('../../dist/unrolled.standalone.js', import.meta.url);
const { browser, reason } = await openChromium();

/** Opens a backend of two threads, has both compute, and says how it went. */
const open = (library: string): string => `
  import { openBackend } from '${library}';
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2 });
  const answer = async () => {
    const backend = await openBackend('wasm-strict');
    const x = backend.arena.tensor([1 << 17]);
    backend.fill(x, 1.5);
    const right = backend.readSync(x).every((number) => number === 1.5);
    return [backend.description, right];
  };`;

const files = (library: string): ReadonlyMap<string, Uint8Array> => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  return new Map([
    ['/index.html', bytes('<!doctype html><title>t</title><script type="module" src="/main.js"></script>')],
    [
      '/worker.js',
      bytes(`${open(library)} answer().then(postMessage, (error) => postMessage(String(error)));`),
    ],
    [
      '/main.js',
      bytes(`${open(library)}
        globalThis.inPage = answer;
        globalThis.inWorker = () => new Promise((resolve) => {
          new Worker('/worker.js', { type: 'module' }).onmessage = ({ data }) => resolve(data);
        });`),
    ],
  ]);
};

describe.skipIf(browser === null)(`the bundle for pages${reason && ` (${reason})`}`, () => {
  const servers: Server[] = [];
  let folder: string;
  let library: Uint8Array;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'unrolled-standalone-'));
    library = await readFile(bundle);
  });

  afterAll(async () => {
    await closePages();
    for (const server of servers) server.close();
    await rm(folder, { recursive: true });
  });

  const host = async (extra: ReadonlyMap<string, Uint8Array>, options: ServeOptions): Promise<string> => {
    const { server, origin } = await serve(folder, extra, options);
    servers.push(server);
    return origin;
  };

  /** What the page answers, and a module worker of the page. */
  const answers = async (workers: string, isElsewhere: boolean): Promise<unknown[]> => {
    const own = new Map([['/lib/unrolled.js', library]]);
    const elsewhere = isElsewhere ? await host(own, { isolated: false, cors: true }) : '';
    // What a module worker imports is a worker too, to a policy.
    const policy = `default-src 'self'; script-src 'self' ${elsewhere} 'wasm-unsafe-eval'; worker-src ${workers}`;
    const path = `${elsewhere}/lib/unrolled.js`;
    const origin = await host(new Map([...files(path), ...own]), { isolated: true, policy });
    const page = await browser!.newPage();
    await page.goto(origin);
    await page.waitForFunction('globalThis.inPage');
    const run = (name: string) => page.evaluate(`globalThis.${name}()`);
    return workers === "'none'" ? [await run('inPage')] : [await run('inPage'), await run('inWorker')];
  };

  test.each([
    ['beside the page', false],
    ['from another origin', true],
  ])('%s opens threads in the page and in a module worker', async (_, isElsewhere) => {
    const both = ['wasm, float32, strict SIMD, 2 threads', true];
    expect(await answers("'self' blob: http://127.0.0.1:*", isElsewhere)).toEqual([both, both]);
  });

  test("uses one thread if the page's policy forbids workers, and reports it", async () => {
    const [[description, right]] = (await answers("'none'", false)) as [[string, boolean]];
    expect(description).toMatch(
      /^wasm, float32, strict SIMD, 1 thread \(no worker starts: .*a policy forbids it\)$/,
    );
    expect(right).toBe(true);
  });
});
