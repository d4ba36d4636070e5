import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closePages, openChromium } from './chromium.ts';
import { serve } from './serve.ts';

const root = fileURLToPath(new URL('../../examples/worker', import.meta.url));
const unrolled = fileURLToPath(new URL('../../src/index.ts', import.meta.url));
const text = 'the cat sat on the mat.\nthe dog ran to the door.\n'.repeat(200);
const { browser, reason } = await openChromium();

describe.skipIf(browser === null)(`examples/worker${reason && ` (${reason})`}`, () => {
  let folder: string;
  let server: Server;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'unrolled-worker-'));
    await build({
      root,
      configFile: false,
      logLevel: 'silent',
      resolve: { alias: { unrolled } },
      build: { outDir: folder, emptyOutDir: true },
      worker: { format: 'es' },
    });
    const served = await serve(folder, new Map(), { isolated: true });
    server = served.server;
    page = await browser!.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(served.origin);
  });

  afterAll(async () => {
    await closePages();
    server?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  const press = (id: string) => page.click(`#${id}`);
  const statusIs = (start: string) =>
    page.waitForFunction(
      (words) => document.getElementById('status')?.textContent?.startsWith(words),
      start,
      {
        timeout: 25_000,
      },
    );
  const sample = () => page.evaluate(() => document.getElementById('sample')?.textContent ?? '');

  test('reports progress while the page stays responsive, keeps the work when cancelled, and reopens the saved model', async () => {
    await press('save');
    await statusIs('There is no model yet');
    await press('reopen');
    await statusIs('Nothing is saved yet');
    await page.fill('#text', text);
    await press('train');
    await statusIs('Epoch ');
    expect(
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve('drawn')))),
    ).toBe('drawn');
    await press('cancel');
    await statusIs('Cancelled: the model so far');
    const before = await sample();
    expect(before.length).toBeGreaterThan(20);
    await press('save');
    await statusIs('Saved as model.safetensors');
    await page.reload();
    await press('reopen');
    await statusIs('Reopened model.safetensors');
    expect(await sample()).toBe(before);
    expect(problems).toEqual([]);
  }, 120_000);
});
