import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firefoxPath, launchFirefox } from '../browser/firefox.ts';
import { Lab } from '../support/lab.ts';
import { sentences, unrolledProcess } from '../support/process.ts';

if (firefoxPath === null) console.warn('the lab is not tested in Firefox: Debian’s firefox-esr is missing');

const text = sentences(120);
const recipe = { hidden: '12', wordvec: '8', layers: '1', batch: '4', time: '8', epochs: '3' };

/** The validation perplexity of the command line with the same settings. */
async function perplexityInShell(folder: string, backend: string): Promise<number> {
  const flags = Object.entries({ ...recipe, tokens: 'word', backend }).flatMap(([name, value]) => [
    `--${name}`,
    value,
  ]);
  const { stdout } = await unrolledProcess(
    folder,
    'train',
    'train.txt',
    ...flags,
    '--json',
    '--out',
    backend,
  );
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return events.findLast(({ event }) => event === 'epoch').validPerplexity;
}

/** Waits for an element whose text matches. */
async function until(page: Page, selector: string, pattern: RegExp): Promise<void> {
  await page.waitForFunction(
    (wanted, source) =>
      [...document.querySelectorAll(wanted)].some((one) => new RegExp(source).test(one.textContent ?? '')),
    {},
    selector,
    pattern.source,
  );
}

/** Trains on the pasted text. @returns the validation perplexity, and the backend that computed it */
async function trainInPage(page: Page): Promise<{ valid: number; backend: string }> {
  await page.locator('aria/Training text').fill(text);
  await until(page, 'h2', /^text$/);
  await page.locator('aria/Train[role="link"]').click();
  await page.locator('button.main').click();
  await until(page, '.status', /done/);
  const backend = await page.$$eval('.stage dd', (all) => all.at(-1)?.textContent ?? '');
  return { valid: await validPerplexity(page), backend };
}

async function validPerplexity(page: Page): Promise<number> {
  return Number(await page.$eval('[data-testid=valid-perplexity]', (one) => one.getAttribute('data-value')));
}

/** What the page's origin keeps: files of its private file system, null where the browser has none; and databases. */
function kept(page: Page): Promise<{ files: string[] | null; databases: (string | undefined)[] }> {
  return page.evaluate(async () => {
    const databases = (await indexedDB.databases()).map(({ name }) => name);
    try {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle('unrolled-lab');
      const files: string[] = [];
      for await (const name of folder.keys()) files.push(name);
      return { files, databases };
    } catch {
      return { files: null, databases };
    }
  });
}

/**
 * On some hosts, every third visit hangs at the start of the engine or of a run, before a step, without an error. The cause
 * is not known yet; other visits take 6 seconds.
 */
const RETRIES = 3;

describe.skipIf(firefoxPath === null)('the lab in Firefox', { retry: RETRIES }, () => {
  const lab = new Lab({ 'train.txt': text });
  beforeAll(() => lab.start());
  afterAll(() => lab.close());

  test.each([
    { where: 'in the private file system', isPrivate: false },
    { where: 'in IndexedDB, in a private window', isPrivate: true },
  ])('a run has the bits of the command line, and is kept $where', async ({ isPrivate }) => {
    const firefox = await launchFirefox({ 'browser.privatebrowsing.autostart': isPrivate });
    try {
      const page = await firefox.newPage();
      page.setDefaultTimeout(40_000);
      const problems: unknown[] = [];
      page.on('pageerror', (error) => problems.push(error));
      const settings = { view: 'text', lang: 'en', sample: 'udhr-ko.txt', tokens: 'word', ...recipe };
      await page.goto(`${lab.origin}/?${new URLSearchParams(settings)}`);
      await until(page, '.status', /thread/);
      const { valid, backend } = await trainInPage(page);
      expect(backend).toMatch(/^wasm, float32/);
      const same = backend.includes('strict') ? 'wasm-strict' : 'wasm';
      expect(valid).toBe(await perplexityInShell(lab.folder, same));
      await page.reload();
      await until(page, '.status', /done/);
      expect(await validPerplexity(page)).toBe(valid);
      const { files, databases } = await kept(page);
      if (isPrivate) expect(databases).toEqual(['unrolled-lab']);
      else expect(files).toContain('run-1.safetensors');
      expect(problems).toEqual([]);
    } finally {
      await firefox.close();
    }
  });
});
