import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { closePages, openChromium } from '../browser/chromium.ts';
import { Running, sentences, temporaryFolder, unrolledProcess } from '../support/process.ts';

const { browser, reason } = await openChromium();
if (!browser) console.warn(`lab is not tested: ${reason}`);

const text = sentences(120);
const recipe = { hidden: '12', wordvec: '8', layers: '1', batch: '4', time: '8', lr: '1' };
const address = new URLSearchParams({ lang: 'en', tokens: 'word', ...recipe }).toString();
const folder = temporaryFolder({ 'train.txt': text });

/** The command line with the same settings. */
async function trainInShell(
  epochs: number,
): Promise<{ valid: number; weights: ReturnType<typeof readSafetensors> }> {
  const flags = Object.entries(recipe).flatMap(([name, value]) => [`--${name}`, value]);
  const all = [
    '--tokens',
    'word',
    ...flags,
    '--epochs',
    String(epochs),
    '--backend',
    'wasm',
    '--json',
    '--out',
    'm',
  ];
  const { stdout, status } = await unrolledProcess(folder, 'train', 'train.txt', ...all);
  expect(status).toBe(0);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const last = events.filter(({ event }) => event === 'epoch').at(-1);
  return { valid: last.validPerplexity, weights: readSafetensors(readFileSync(join(folder, 'm'))) };
}

describe.skipIf(browser === null)('the lab', () => {
  let lab: Running;
  const problems: string[] = [];
  const requests: string[] = [];
  let origin: string;
  let page: Page;

  const open = async (query: string) => {
    page = await browser!.newPage({ acceptDownloads: true });
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`${origin}/?view=text&${query}&sample=udhr-ko.txt`);
    await page.locator('.status', { hasText: /thread|스레드/ }).waitFor();
  };
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const digits = async (id: string) => Number(await page.getByTestId(id).getAttribute('data-value'));
  const paste = async (pasted: string) => {
    await page.getByLabel('Training text').fill(pasted);
    await page.getByRole('heading', { name: 'text', exact: true }).waitFor();
  };
  const trains = async () => {
    await page.getByRole('link', { name: 'Train' }).click();
    await button('Train').click();
  };
  const state = (name: string) => page.locator('.status', { hasText: name }).waitFor();

  beforeAll(async () => {
    lab = new Running(['lab', '--port', '0', '--json'], folder);
    await lab.says(/"listening"/);
    origin = JSON.parse(lab.stdout).url;
  });
  afterAll(async () => {
    await closePages();
    lab.child.kill('SIGINT');
    expect(await lab.finished()).toMatchObject({ status: 0 });
  });

  test('a pasted text trains to the same bits as on the command line, and the file has the same weights', async () => {
    const { valid, weights } = await trainInShell(3);
    await open(`${address}&epochs=3`);
    await paste(text);
    await trains();
    await state('done');
    expect(await digits('valid-perplexity')).toBe(valid);
    expect(await digits('epoch')).toBe(3);
    const [download] = await Promise.all([page.waitForEvent('download'), button('Download model').click()]);
    const saved = readSafetensors(readFileSync(await download.path()));
    expect(saved.tensors).toEqual(weights.tensors);
  });

  // Once in a dozen runs on a busy machine, the perplexity was 3 % higher; the cause is not known yet.
  test('a run that is paused, closed and resumed has the bits of one that never stopped', {
    retry: 2,
  }, async () => {
    const { valid } = await trainInShell(300);
    await open(`${address}&epochs=300`);
    await paste(text);
    await trains();
    await page.getByTestId('epoch').waitFor();
    await button('Pause').click();
    await state('paused');
    const stoppedAt = await digits('epoch');
    expect(stoppedAt).toBeLessThan(300);
    await page.reload();
    await state('paused');
    expect(await digits('epoch')).toBe(stoppedAt);
    await button('Resume').click();
    await state('done');
    expect(await digits('valid-perplexity')).toBe(valid);
  });

  test('a packed file of UTF-16 is read as its text', async () => {
    const file = join(folder, 'korean.txt.gz');
    writeFileSync(file, gzipSync(Buffer.from('\ufeff새 책과 헌 책\n그리고 책\n'.repeat(40), 'utf16le')));
    await open('lang=en&tokens=word');
    await page.setInputFiles('.rail input[type=file]', file);
    await page.getByRole('heading', { name: 'korean.txt.gz' }).waitFor();
    expect(await page.getByTestId('tokens').textContent()).toMatch(/^새 책과 헌 책⏎/);
  });

  test.each([
    {
      name: 'picture.png',
      bytes: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0),
      says: /picture\.png: /,
    },
    { name: 'empty.txt', bytes: new Uint8Array(), says: /empty\.txt: the file is empty/ },
  ])('$name is refused with its name, where it was opened', async ({ name, bytes, says }) => {
    writeFileSync(join(folder, name), bytes);
    await open('lang=en');
    await page.setInputFiles('.rail input[type=file]', join(folder, name));
    await expect.poll(() => page.getByRole('alert').textContent()).toMatch(says);
  });

  test('a setting that is out of range is named at its field, and Train waits for a right one', async () => {
    await open(`${address}&epochs=3`);
    await page.getByTestId('tokens').waitFor();
    await page.getByRole('link', { name: 'Train' }).click();
    await page.getByText('Model', { exact: true }).click();
    await page.getByLabel('hidden size H').fill('no');
    await page.getByText('It needs a positive integer').waitFor();
    expect(await button('Train').isDisabled()).toBe(true);
    await page.getByLabel('hidden size H').fill('16');
    await expect.poll(() => button('Train').isDisabled()).toBe(false);
    expect(new URL(page.url()).searchParams.get('hidden')).toBe('16');
  });

  test('the page speaks Korean, by its address and by a button', async () => {
    await open('lang=ko');
    await page.getByLabel('학습할 텍스트').waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('ko');
    await button('English').click();
    await page.getByLabel('Training text').waitFor();
  });

  test('nothing is requested from elsewhere, and the console has no errors', () => {
    expect(problems).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(origin) && !url.startsWith('blob:'))).toEqual([]);
  });
});
