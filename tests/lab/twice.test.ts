import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeLab, type Visit } from '../support/lab.ts';
import { drop, modelFile } from '../support/lab-files.ts';
import { sentences } from '../support/process.ts';

const model = await modelFile({ words: 30, embeddingSize: 6, hiddenSize: 10 });
const sizes = 'tokens=word&hidden=12&wordvec=8&layers=1&batch=4&time=8&optimizer=sgd&lr=1';

/** Clicks a button two times, before the page can draw what the first click did. */
const twice = (visit: Visit, name: string) =>
  visit.button(name).evaluate((button: HTMLButtonElement) => {
    button.click();
    button.click();
  });

/** Lets the page load itself again as soon as it shows an element. */
const reloadOnceThereIs = (page: Page, selector: string) =>
  page.evaluate((selector) => {
    const observer = new MutationObserver(() => document.querySelector(selector) && location.reload());
    observer.observe(document.body, { childList: true, subtree: true });
  }, selector);

describeLab('second clicks, and runs that are stopped early', {}, (lab) => {
  test('second clicks start one run, pause and resume it once, and remove it without an error', async () => {
    const visit = await lab.open(`${sizes}&epochs=5000`);
    const { page } = visit;
    await visit.paste(sentences(120));
    await visit.view('Train');
    await twice(visit, 'Train');
    await page.getByTestId('epoch').waitFor();
    await twice(visit, 'Pause');
    await visit.status('paused');
    await twice(visit, 'Resume');
    await visit.status('running');
    await twice(visit, 'Stop');
    await visit.status('stopped');
    await twice(visit, 'Download model');
    expect(await page.locator('.runs li').count()).toBe(1);
    await page.reload();
    await visit.status('stopped');
    expect(await page.locator('.runs li').count()).toBe(1);
    await twice(visit, 'Remove');
    await page.locator('.runs li').waitFor({ state: 'detached' });
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('a model that is opened twice at once is listed once; Generate twice writes as once', async () => {
    const visit = await lab.open('view=write&draw-length=20');
    const { page } = visit;
    await visit.shows('speeches (sample)');
    await page.getByTestId('next-token').first().waitFor();
    const box = page.getByRole('textbox', { name: 'Text to continue' });
    const prompt = await box.inputValue();
    const generated = async (click: () => Promise<void>) => {
      await click();
      await expect.poll(() => box.inputValue()).not.toBe(prompt);
      await page.getByRole('button', { name: 'Stop writing', disabled: true }).waitFor();
      return box.inputValue();
    };
    const once = await generated(() => visit.button('Generate').click());
    await box.fill(prompt);
    expect(await generated(() => twice(visit, 'Generate'))).toBe(once);
    await Promise.all([drop(page, { 'm.safetensors': model }), drop(page, { 'm.safetensors': model })]);
    await visit.shows('m.safetensors');
    const names = await page.getByLabel('Model', { exact: true }).locator('option').allTextContents();
    expect(names).toEqual(['m.safetensors', 'speeches (sample)']);
    // Nothing but that the model, which has no unknown token, can't read the text.
    const says = /^Text: token 0 of the text is "my"; .* Remove it from the text\.$/;
    await expect.poll(() => page.getByRole('alert').allTextContents()).toEqual([expect.stringMatching(says)]);
  });

  test('a run that is stopped while it is planned offers no model file, and begins again by Resume', async () => {
    const visit = await lab.open('view=text&tokens=bpe&vocabSize=600');
    const { page } = visit;
    const buffer = Buffer.from(sentences(20_000)); // its pieces take seconds to learn
    await page.setInputFiles('.rail input[type=file]', { name: 'long.txt', mimeType: 'text/plain', buffer });
    await page.getByRole('heading', { name: 'long.txt' }).waitFor();
    await visit.train();
    await visit.status('choosing a model');
    await visit.button('Stop').click();
    await visit.status('stopped');
    const row = page.locator('.runs li');
    expect(await row.getByRole('button', { name: 'Download model' }).count()).toBe(0);
    await page.reload();
    await visit.status('stopped');
    expect(await row.getByRole('button', { name: 'Download model' }).count()).toBe(0);
    await visit.button('Resume').click();
    await row.getByRole('button', { name: 'Download model' }).waitFor();
    await visit.button('Stop').click();
    await visit.status('stopped');
  });

  test('a run that was closed before its first checkpoint begins again, to the bits of one that was never closed', async () => {
    const visit = await lab.open(`${sizes}&hidden=100&epochs=1`); // an epoch takes seconds
    const { page } = visit;
    const buffer = Buffer.from(sentences(20_000));
    await page.setInputFiles('.rail input[type=file]', { name: 'long.txt', mimeType: 'text/plain', buffer });
    await page.getByRole('heading', { name: 'long.txt' }).waitFor();
    const loaded = page.waitForEvent('load');
    await reloadOnceThereIs(page, '[data-testid=epoch]');
    await visit.train();
    await loaded;
    await visit.status('paused');
    expect(await page.getByTestId('valid-perplexity').count()).toBe(0);
    await visit.button('Resume').click();
    await visit.status('done');
    const resumed = await visit.digits('valid-perplexity');
    await visit.button('Train').click();
    await visit.status('run-2 · done');
    expect(await visit.digits('valid-perplexity')).toBe(resumed);
  });
});
