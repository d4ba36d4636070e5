import { existsSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportModel } from '../../src/interop/export-model.ts';
import { parseModelFile } from '../../src/models/model-file.ts';
import { logitsOf, randomModelFile } from '../support/interop.ts';
import { closePages, openChromium } from './chromium.ts';
import { serve } from './serve.ts';

const root = fileURLToPath(new URL('../../examples/onnx-page', import.meta.url));
const runtime = join(process.env.ONNXRUNTIME_MODULES ?? '', 'onnxruntime-web/dist');
const hasRuntime = process.env.ONNXRUNTIME_MODULES !== undefined && existsSync(runtime);
const { browser, reason } = hasRuntime
  ? await openChromium()
  : { browser: null, reason: 'ONNXRUNTIME_MODULES names no folder with onnxruntime-web' };

const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src data:; connect-src 'self'";

const file = randomModelFile({ cell: 'lstm', tied: true });
const { tokens } = parseModelFile(file).vocabulary;

/** The words after others, most probable first, as the page shows them. */
function expected(words: readonly string[], begin = ''): string[] {
  const ids = ['<eos>', ...words].map((word) => tokens.indexOf(word));
  const logits = logitsOf(file, Int32Array.from(ids)).at(-1) as Float64Array;
  const total = logits.reduce((sum, x) => sum + Math.exp(x), 0);
  return [...logits.keys()]
    .filter((id) => !tokens[id].startsWith('<') && tokens[id].startsWith(begin))
    .sort((a, b) => logits[b] - logits[a])
    .slice(0, 6)
    .map((id) => {
      const probability = Math.exp(logits[id]) / total;
      return `${tokens[id]} ${(100 * probability).toFixed(probability < 0.1 ? 1 : 0)}%`;
    });
}

describe.skipIf(browser === null)(`examples/onnx-page${reason && ` (${reason})`}`, () => {
  let server: Server;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    const { files } = await exportModel(file, { to: 'onnx' });
    const modules = ['ort.wasm.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'];
    const extra = new Map(
      modules.map((name) => [
        `/node_modules/onnxruntime-web/dist/${name}`,
        readFileSync(join(runtime, name)),
      ]),
    );
    const all = new Map([...extra, ['/model.onnx', files.get('model.onnx') as Uint8Array]]);
    const served = await serve(root, all, { isolated: false, policy: POLICY });
    server = served.server;
    page = await browser!.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.goto(served.origin);
  }, 30_000);

  afterAll(async () => {
    await closePages();
    server?.close();
  });

  const shows = (rows: readonly string[]) =>
    expect
      .poll(() =>
        page.$$eval('#words li', (items) =>
          items.map((item) =>
            ['.word', '.percent'].map((name) => item.querySelector(name)?.textContent).join(' '),
          ),
        ),
      )
      .toEqual(rows);

  test('shows the next words with their probabilities while one types', async () => {
    await shows(expected([]));
    await page.fill('#text', 'the Cat ');
    await shows(expected(['the', 'cat']));
    await page.press('#text', 'Tab');
    const [first] = expected(['the', 'cat'])[0].split(' ');
    expect(await page.inputValue('#text')).toBe(`the Cat ${first} `);
    await shows(expected(['the', 'cat', first]));
    await page.fill('#text', 'a dog\nthe s');
    await shows(expected(['a', 'dog', '<eos>', 'the'], 's'));
    expect(await page.textContent('#words .following')).toMatch(/\w/);
    expect(problems).toEqual([]);
  });
});
