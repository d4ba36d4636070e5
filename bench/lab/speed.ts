import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';

const ROUNDS = 5;
const recipe = {
  tokens: 'word',
  hidden: '200',
  wordvec: '200',
  layers: '2',
  batch: '20',
  time: '35',
  epochs: '1',
  optimizer: 'sgd',
};

/** Tokens per second of an epoch, run by run. */
export interface Speeds {
  readonly page: readonly number[];
  /** One before each run in the page, and one at the end. */
  readonly node: readonly number[];
}

/** Where to train: `train.txt` in a folder, with the command line and in a page of the lab. */
export interface Setting {
  readonly browser: Browser;
  readonly origin: string;
  readonly binary: string;
  readonly folder: string;
  /** The view that is shown meanwhile, by the name of its link. */
  readonly view: string;
}

/** Trains in Node and in a new page in turn, with the same settings and threads. */
export async function compareSpeeds(setting: Setting): Promise<Speeds> {
  const [page, node] = [[], [inNode(setting)]] as [number[], number[]];
  for (let round = 0; round < ROUNDS; round++) {
    page.push(await inPage(setting));
    node.push(inNode(setting));
  }
  return { page, node };
}

/** The median of the ratios of each run in the page to the mean of those of Node just before and after. */
export function medianRatio({ page, node }: Speeds): number {
  const ratios = page.map((speed, i) => (2 * speed) / (node[i] + node[i + 1]));
  return ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)];
}

/** The ratio of the fastest runs, which other processes have disturbed least. */
export function fastestRatio({ page, node }: Speeds): number {
  return Math.max(...page) / Math.max(...node);
}

function inNode({ binary, folder }: Setting): number {
  const flags = Object.entries({ ...recipe, backend: 'wasm', out: 'm' }).flatMap(([name, value]) => [
    `--${name}`,
    value,
  ]);
  const { stdout } = spawnSync(
    process.execPath,
    [binary, 'train', 'train.txt', ...flags, '--json', '--overwrite'],
    { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return events.findLast(({ event }) => event === 'epoch').tokensPerSecond;
}

/** A page as its readers have it: nothing measures its frames, which would take part of a core. */
async function inPage({ browser, origin, folder, view }: Setting): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const query = new URLSearchParams({ lang: 'en', view: 'text', ...recipe });
  await page.goto(`${origin}/?${query}`);
  await page.locator('.status', { hasText: 'thread' }).waitFor();
  await page.setInputFiles('.rail input[type=file]', join(folder, 'train.txt'));
  await page.getByRole('heading', { name: 'train.txt' }).waitFor();
  await page.getByRole('link', { name: 'Train', exact: true }).click();
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await page.getByRole('link', { name: view, exact: true }).click();
  await page.locator('.status', { hasText: 'done' }).waitFor({ timeout: 600_000 });
  const speed = Number(await page.getByTestId('tokens-per-second').getAttribute('data-value'));
  await page.close();
  return speed;
}
