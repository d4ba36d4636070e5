import type { Server } from 'node:http';
import { afterAll, describe, expect, test } from 'vitest';
import { exportModel } from '../../src/interop/export-model.ts';
import { importExported } from '../support/exported-module.ts';
import { randomModelFile } from '../support/interop.ts';
import { temporaryFolder } from '../support/process.ts';
import { closePages, openChromium } from './chromium.ts';
import { serve } from './serve.ts';

const { browser, reason } = await openChromium();

const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'";

/** Writes a text with the module that has its weights inside, and with the one that has them beside it. */
const PROGRAM = `
  import * as inside from './inside.js';
  import * as beside from './beside.js';
  export const texts = async () => {
    await beside.load();
    return [inside, beside].map((model) => model.generate({ prompt: 'the cat', length: 12, seed: 3 }));
  };`;

describe.skipIf(browser === null)(`an exported module in Chromium${reason && ` (${reason})`}`, () => {
  const folder = temporaryFolder();
  let server: Server;

  afterAll(async () => {
    await closePages();
    server?.close();
  });

  test("runs in a page and in a module worker under script-src 'self', weights inside or beside it", async () => {
    const file = randomModelFile({ cell: 'gru' });
    const outputs = [
      ...(await exportModel(file, { to: 'js', name: 'inside' })).files,
      ...(await exportModel(file, { to: 'js', name: 'beside', external: true })).files,
    ];
    const scripts = {
      'index.html': '<!doctype html><title>t</title><script type="module" src="page.js"></script>',
      'texts.js': PROGRAM,
      'worker.js':
        "import { texts } from './texts.js'; texts().then(postMessage, (error) => postMessage(String(error)));",
      'page.js': `import { texts } from './texts.js';
        globalThis.inPage = texts;
        globalThis.inWorker = () => new Promise((resolve) => {
          new Worker('worker.js', { type: 'module' }).onmessage = ({ data }) => resolve(data);
        });`,
    };
    const files = Object.entries(scripts).map(
      ([name, text]) => [name, new TextEncoder().encode(text)] as const,
    );
    const all = new Map([...files, ...outputs].map(([name, bytes]) => [`/${name}`, bytes]));
    const served = await serve(folder, all, { isolated: false, policy: POLICY });
    server = served.server;
    const page = await browser!.newPage();
    await page.goto(served.origin);
    await page.waitForFunction('globalThis.inPage');
    const text = (await importExported(file)).generate({ prompt: 'the cat', length: 12, seed: 3 });
    expect(await page.evaluate('globalThis.inPage()')).toEqual([text, text]);
    expect(await page.evaluate('globalThis.inWorker()')).toEqual([text, text]);
  });
});
