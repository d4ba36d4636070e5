import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFailed } from 'vitest';
import { closePages, openChromium } from '../browser/chromium.ts';
import { Running, temporaryFolder } from './process.ts';

const { browser, reason } = await openChromium();
if (!browser) console.warn(`the lab is not tested in Chromium: ${reason}`);

/** A page of the lab, with its controls by their names. */
export class Visit {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** A number in all its digits, by its `data-testid`. */
  async digits(id: string): Promise<number> {
    return Number(await this.page.getByTestId(id).getAttribute('data-value'));
  }

  /** Shows another view, by the link of the navigation; `name` is the English one. */
  async view(name: string): Promise<Locator> {
    await this.page.getByRole('link', { name, exact: true }).click();
    const region = this.page.getByRole('region', { name, exact: true });
    await region.waitFor();
    return region;
  }

  /** Replaces the text in the view Text, and waits until it is read. */
  async paste(text: string): Promise<void> {
    await this.page.getByLabel('Training text').fill(text);
    await this.page.getByRole('heading', { name: 'text', exact: true }).waitFor();
  }

  /** Waits until the page shows a model, by its name in the list, and none is being opened. */
  async shows(name: string): Promise<void> {
    const choice = this.page.locator('.model-choice[aria-busy=false]');
    const shown = choice.getByLabel('Model', { exact: true }).locator('option:checked');
    await shown.and(this.page.getByText(name, { exact: true })).waitFor({ state: 'attached' });
  }

  /** Types the sentence that the model reads, and waits until nothing of an earlier one is shown. */
  async read(sentence: string): Promise<void> {
    await this.page.getByLabel('Sentence to read').fill(sentence);
    await this.page.locator('section.view[aria-busy=false]').waitFor();
  }

  /** Starts a run on the open text. */
  async train(): Promise<void> {
    await this.view('Train');
    await this.button('Train').click();
  }

  /** Waits until the status line contains a text, such as the state of the run. */
  async status(text: string | RegExp): Promise<void> {
    await this.page.locator('.status', { hasText: text }).waitFor();
  }

  /** What the page shows, for the report of a failed test. */
  async describe(): Promise<string> {
    const texts = (selector: string) => this.page.locator(selector).allInnerTexts();
    const parts = {
      url: [this.page.url()],
      workers: this.page.workers().map((worker) => worker.url()),
      status: await texts('.status'),
      alerts: await texts('[role=alert]'),
      busy: await texts('[aria-busy=true]'),
      models: await texts('.model-choice option'),
      runs: await texts('.runs li'),
    };
    return Object.entries(parts)
      .map(([name, values]) => `${name}: ${values.join(' | ').replace(/\s+/g, ' ').slice(0, 300)}`)
      .join('\n');
  }
}

/** `unrolled lab` under way, in a folder of its own, and the pages that are opened from it. */
export class Lab {
  readonly folder: string;
  readonly problems: string[] = [];
  readonly #requests: string[] = [];
  readonly #models: readonly string[];
  #running: Running | null = null;
  /** Where it listens, such as `http://127.0.0.1:41234`. */
  origin = '';

  /** @param files the files of the folder; those ending with `.safetensors` are served as models */
  constructor(files: Readonly<Record<string, string | Uint8Array>>) {
    this.folder = temporaryFolder(files);
    this.#models = Object.keys(files).filter((name) => name.endsWith('.safetensors'));
  }

  async start(): Promise<void> {
    this.#running = new Running(['lab', ...this.#models, '--port', '0', '--json'], this.folder);
    await this.#running.says(/"listening"/);
    this.origin = JSON.parse(this.#running.stdout).url;
  }

  /**
   * Opens a page with storage of its own, once its engine is ready. `query` replaces the parameters of the address
   * `?view=text&lang=en&sample=udhr-ko.txt`, whose sample is the shortest one. `prepare` is called before the page is loaded.
   */
  async open(
    query: string = '',
    options: BrowserContextOptions = {},
    prepare: (page: Page) => Promise<void> = async () => {},
  ): Promise<Visit> {
    const page = await browser!.newPage(options);
    await prepare(page);
    page.on('console', (message) => message.type() === 'error' && this.problems.push(message.text()));
    page.on('pageerror', (error) => this.problems.push(error.stack ?? error.message));
    page.on('request', (request) => this.#requests.push(request.url()));
    const address = new URLSearchParams({ view: 'text', lang: 'en', sample: 'udhr-ko.txt' });
    for (const [name, value] of new URLSearchParams(query)) address.set(name, value);
    const visit = new Visit(page);
    onTestFailed(async () => console.error(`A page of the failed test:\n${await visit.describe()}`));
    await page.goto(`${this.origin}/?${address}`);
    await visit.status(/thread|스레드/);
    return visit;
  }

  /** The requests that left the origin. */
  get requestsElsewhere(): readonly string[] {
    return this.#requests.filter((url) => !url.startsWith(this.origin) && !url.startsWith('blob:'));
  }

  async close(): Promise<void> {
    await closePages();
    this.#running?.kill('SIGINT');
    expect(await this.#running?.finished()).toMatchObject({ status: 0 });
  }
}

/**
 * Tests of the lab in Chromium, with one `unrolled lab` for all of them; skipped where there is no Chromium. At the end,
 * no page may have requested anything from elsewhere, or reported an error that `lab.problems` still contains.
 */
export function describeLab(
  name: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  tests: (lab: Lab) => void,
): void {
  describe.skipIf(browser === null)(name, () => {
    const lab = new Lab(files);
    beforeAll(() => lab.start());
    afterAll(async () => {
      await lab.close();
      expect(lab.problems, 'errors of the page').toEqual([]);
      expect(lab.requestsElsewhere, 'requests to elsewhere').toEqual([]);
    });
    tests(lab);
  });
}
