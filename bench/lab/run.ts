// How the lab feels: the first picture, the first curve, the longest frame of the page's thread while it works, the speed of
// training beside Node's. Nothing else should run on the machine.
//
//   npm run build && npx tsx bench/lab/run.ts          # everything, about four minutes
//   npx tsx bench/lab/run.ts speed                     # a part: firstVisit, texts, models, speed
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';
import { installWatch, watchFrames } from './frames.ts';
import { largeModel } from './large-model.ts';
import { compareSpeeds, fastestRatio, medianRatio } from './speed.ts';

const binary = 'dist/cli/main.js';
function report(name: string, value: string): void {
  console.log(`${name.padEnd(58)} ${value}`);
}

/** The speeches as often as makes a text of this size. */
function textOf(bytes: number): string {
  const speeches = gunzipSync(readFileSync('dist/lab/samples/speeches.txt.gz')).toString();
  return speeches.repeat(Math.ceil(bytes / speeches.length)).slice(0, bytes);
}

async function open(browser: Browser, address: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await installWatch(page);
  await page.goto(address);
  await page.locator('.status', { hasText: 'thread' }).waitFor();
  return page;
}

async function frames(name: string, page: Page, work: () => Promise<unknown>): Promise<void> {
  const { gap, tasks } = await watchFrames(page.context().browser() as Browser, page, work);
  const { duration, cpu, script, layout, paint } = tasks;
  const [whole, computed, ...parts] = [duration, cpu, script, layout, paint].map((ms) => ms.toFixed(1));
  const ofParts = `script ${parts[0]}, layout ${parts[1]}, paint ${parts[2]}`;
  const told = `longest frame ${gap.toFixed(0)} ms, task ${whole} ms, computing ${computed} ms (${ofParts})`;
  report(name, told);
}

/** The first visit: the first picture, and a curve that falls. */
async function firstVisit(browser: Browser, origin: string): Promise<void> {
  const began = performance.now();
  const page = await open(browser, `${origin}/?lang=en`);
  const paint = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0].startTime,
  );
  report('first contentful paint', `${paint.toFixed(0)} ms`);
  await page.getByRole('link', { name: 'Train', exact: true }).click();
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  const perplexity = page.getByTestId('train-perplexity');
  const first = Number(await perplexity.getAttribute('data-value'));
  await page.waitForFunction(
    (before) =>
      Number(document.querySelector('[data-testid=train-perplexity]')?.getAttribute('data-value')) < before,
    first,
  );
  report('first falling curve after opening', `${((performance.now() - began) / 1000).toFixed(1)} s`);
  await frames('training for 10 s', page, () => page.waitForTimeout(10_000));
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.close();
}

async function texts(browser: Browser, origin: string): Promise<void> {
  const page = await open(browser, `${origin}/?lang=en&view=text&sample=udhr-ko.txt&tokens=word`);
  const box = page.getByLabel('Training text');
  await box.fill('');
  await frames('typing 200 characters', page, () => box.pressSequentially(textOf(200), { delay: 20 }));
  const path = join(folder, 'large.txt'); // a buffer would be decoded on the page's thread
  writeFileSync(path, textOf(5e6));
  await frames('a text of 5 MB is opened', page, async () => {
    await page.setInputFiles('.rail input[type=file]', path);
    await page.getByRole('heading', { name: 'large.txt' }).waitFor({ timeout: 120_000 });
  });
  await page.getByRole('link', { name: 'Unrolled', exact: true }).click();
  await frames('100,000 tokens are read in view Unrolled', page, async () => {
    await page.getByRole('button', { name: /^Read (its training|the open) text/ }).click();
    await page.waitForTimeout(10_000);
  });
  await page.locator('.stage canvas').first().hover();
  await frames('100,000 tokens are scrolled', page, async () => {
    for (let turn = 0; turn < 200; turn++) await page.mouse.wheel(3000, 0);
    await page.waitForTimeout(1000);
  });
  await page.close();
}

async function models(browser: Browser, origin: string): Promise<void> {
  const page = await open(browser, `${origin}/?lang=en`);
  const bytes = await largeModel();
  const path = join(folder, 'large.safetensors');
  writeFileSync(path, bytes);
  await frames(`a model of ${(bytes.length / 1e6).toFixed(0)} MB is opened`, page, async () => {
    await page.setInputFiles('.header input[type=file]', path);
    await page.locator('option', { hasText: 'large.safetensors' }).waitFor({ state: 'attached' });
    await page.locator('.model-choice[aria-busy=false]').waitFor({ timeout: 120_000 });
  });
  await page.close();
}

/** Tokens per second in the page beside Node's, with a view that draws the curves and with one that does not. */
async function speed(browser: Browser, origin: string): Promise<void> {
  writeFileSync(join(folder, 'train.txt'), textOf(300_000));
  for (const view of ['Train', 'Text']) {
    const speeds = await compareSpeeds({
      browser,
      origin,
      binary: join(process.cwd(), binary),
      folder,
      view,
    });
    const [median, fastest] = [medianRatio(speeds), fastestRatio(speeds)].map((ratio) => ratio.toFixed(2));
    const [page, node] = [speeds.page, speeds.node].map((all) => all.map(Math.round).join(' '));
    report(`training, view ${view} in front: page ÷ Node`, `median ${median}, fastest ${fastest}`);
    report('  tokens/s', `page ${page}, Node ${node}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'unrolled-bench-'));
const lab = spawn(process.execPath, [binary, 'lab', '--port', '0', '--json']);
const origin: string = await new Promise((resolve) =>
  lab.stdout.once('data', (line) => resolve(JSON.parse(String(line)).url)),
);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const named = process.argv.slice(2);
  for (const [name, part] of Object.entries({ firstVisit, texts, models, speed })) {
    if (named.length === 0 || named.includes(name)) await part(browser, origin);
  }
} finally {
  await browser.close();
  lab.kill('SIGINT');
  rmSync(folder, { recursive: true });
}
