import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { closePages, openChromium } from './chromium.ts';
import { serve } from './serve.ts';

const { browser, reason } = await openChromium();
const POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; worker-src 'self' blob:";

/** The block of code of the page that contains a word. */
async function block(word: string): Promise<string> {
  const text = await readFile('docs/browser.md', 'utf8');
  const blocks = [...text.matchAll(/^```(?:js|html)\n(.*?)^```$/gms)].map(([, code]) => code);
  return blocks.find((code) => code.includes(word)) as string;
}

describe.skipIf(browser === null)(`the programs of docs/browser.md${reason && ` (${reason})`}`, () => {
  let folder: string;
  let server: Server | undefined;
  let page: Page;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'unrolled-documents-'));
  });

  afterEach(() => server?.close());

  afterAll(async () => {
    await closePages();
    await rm(folder, { recursive: true });
  });

  const open = async (files: Readonly<Record<string, string>>): Promise<void> => {
    const bytes = new TextEncoder();
    const library = await readFile('dist/unrolled.standalone.js');
    const extra = new Map<string, Uint8Array>([['/unrolled.standalone.js', library]]);
    for (const [name, text] of Object.entries(files)) extra.set(name, bytes.encode(text));
    const served = await serve(folder, extra, { isolated: false, policy: POLICY });
    server = served.server;
    page = await browser!.newPage();
    await page.goto(served.origin);
  };

  test('the service worker isolates a page of a server without headers', async () => {
    const html = `<!doctype html><title>t</title>${await block("register('isolate.js')")}`;
    await open({ '/index.html': html, '/isolate.js': await block("addEventListener('fetch'") });
    await page.waitForFunction(() => globalThis.crossOriginIsolated);
    expect(await page.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toMatch(/isolate\.js$/);
  });

  test("the store in the origin's private files keeps a model and its checkpoints", async () => {
    const program = `
      import { loadModel, trainText as train } from './unrolled.standalone.js';
      const trainText = (text, { minutes: _, ...options }) => train(text, { ...options, ...globalThis.small });
      const text = 'the cat sat on the mat and the dog ran to the door\\n'.repeat(60);
      ${await block('createWritable')}
      const names = await store.list('model');
      const reopened = await loadModel(await store.read('model.safetensors'));
      document.title = \`\${names} \${reopened.vocabulary.size === saved.vocabulary.size}\`;`;
    const small = '{ tokens: "char", epochs: 1, hidden: 4, wordvec: 4, layers: 1, batch: 2, time: 8 }';
    const html = `<!doctype html><title>t</title><script>globalThis.small = ${small}</script><script type="module" src="main.js"></script>`;
    await open({ '/index.html': html, '/main.js': program });
    await page.waitForFunction(() => document.title !== 't');
    expect(await page.title()).toBe('model.safetensors true');
  });
});
