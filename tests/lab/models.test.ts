import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeLab } from '../support/lab.ts';
import { drop, modelFile } from '../support/lab-files.ts';
import { sentences } from '../support/process.ts';

const small = await modelFile({ words: 30, embeddingSize: 6, hiddenSize: 10 });
const other = await modelFile({ words: 40, embeddingSize: 8, hiddenSize: 8 });
/** Names that would be markup, or end an attribute. */
const NAMED = `a "b" <i>c.safetensors`;
const KOREAN = '새 모델.safetensors';

/** The facts about the model, by their names. */
async function factsOf(page: Page): Promise<Record<string, string>> {
  await page.getByRole('button', { name: 'About the model' }).click();
  const region = page.getByRole('region', { name: 'About the model' });
  const texts = (role: string) => region.locator(role).allTextContents();
  const [names, values] = [await texts('dt'), await texts('dd')];
  await page.keyboard.press('Escape');
  await region.waitFor({ state: 'hidden' });
  return Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

describeLab('models of the command line', { [NAMED]: small, [KOREAN]: other }, (lab) => {
  test('the first one is shown at the start, under its name; the address decides otherwise', async () => {
    const visit = await lab.open('view=unrolled');
    const { page } = visit;
    await visit.shows(NAMED);
    expect(await factsOf(page)).toMatchObject({
      ...{ cell: 'LSTM', layers: '1', 'embedding size D': '6', 'hidden size H': '10' },
      ...{ parameters: '1,190', source: 'named on the command line' },
    });
    expect(await page.locator('header i').count()).toBe(0);
    await page.getByLabel('Model', { exact: true }).selectOption({ label: KOREAN });
    await expect.poll(async () => (await factsOf(page))['hidden size H'], { timeout: 20_000 }).toBe('8');
    await page.reload();
    await visit.shows(KOREAN);
  });

  test('an address of a model that is not there is reported, and the first one is shown', async () => {
    const visit = await lab.open('view=unrolled&model=opened-gone.safetensors');
    const { page } = visit;
    await visit.shows(NAMED);
    const alert = page
      .getByRole('alert')
      .filter({ hasText: 'gone.safetensors: this browser has no such model' });
    await alert.getByRole('button', { name: 'Close' }).click();
    await alert.waitFor({ state: 'detached' });
  });
});

describeLab('models of the page', {}, (lab) => {
  test('a file that is dropped while the page still looks for its first model is shown, not that model', async () => {
    let found = () => {};
    const search = new Promise<void>((resolve) => {
      found = resolve;
    });
    const visit = await lab.open('view=train', {}, async (page) => {
      await page.route('**/models.json', async (route) => {
        await search;
        await route.continue();
      });
    });
    await drop(visit.page, { 'early.safetensors': small });
    await visit.page.locator('.model-choice[aria-busy=true]').waitFor();
    found();
    await visit.shows('early.safetensors');
    await visit.page.getByRole('region', { name: 'Unrolled', exact: true }).waitFor();
  });

  test('the first visit shows the sample model and three ways on; later ones show no welcome', async () => {
    const visit = await lab.open('view=unrolled');
    const { page } = visit;
    await visit.shows('speeches (sample)');
    const welcome = page.getByRole('complementary', { name: 'What this page is' });
    expect(await welcome.getByRole('button').allTextContents()).toEqual([
      ...['Train on your text', 'Open a model file', 'Take the tour', 'Close'],
    ]);
    await welcome.getByRole('button', { name: 'Train on your text' }).click();
    await page.getByLabel('Training text').waitFor();
    await page.getByRole('link', { name: 'Unrolled', exact: true }).click();
    await page.reload();
    await visit.shows('speeches (sample)');
    expect(await welcome.count()).toBe(0);
    expect(await visit.button('Open model').count()).toBe(1);
  });

  test('a model that is dropped is shown, kept over a reload, and removed', async () => {
    const visit = await lab.open();
    const { page } = visit;
    await drop(page, { 'mine.safetensors': small });
    await visit.shows('mine.safetensors');
    await page.getByRole('region', { name: 'Unrolled', exact: true }).waitFor();
    await page.reload();
    await visit.shows('mine.safetensors');
    expect(await factsOf(page)).toMatchObject({ parameters: '1,190', source: 'an opened file' });
    await visit.button('About the model').click();
    await visit.button('Remove').click();
    await visit.shows('speeches (sample)');
  });

  test('files are told apart by their contents: two models under other names, and a text', async () => {
    const visit = await lab.open('view=unrolled');
    const { page } = visit;
    await drop(page, { 'model.bin': small, 'MODEL.SAFETENSORS': other, 'notes.txt': sentences(30) });
    await page.getByRole('heading', { name: 'notes.txt' }).waitFor();
    await visit.shows('MODEL.SAFETENSORS');
    const names = await page.getByLabel('Model', { exact: true }).locator('option').allTextContents();
    expect(names.toSorted()).toEqual(['MODEL.SAFETENSORS', 'model.bin', 'speeches (sample)']);
  });

  test('a model of 50 MB opens', async () => {
    const visit = await lab.open('view=words');
    const { page } = visit;
    const name = 'large.safetensors';
    const bytes = await modelFile({ words: 20_000, embeddingSize: 512, hiddenSize: 512 });
    expect(bytes.length).toBeGreaterThan(45e6);
    writeFileSync(join(lab.folder, name), bytes);
    await page.setInputFiles('header input[type=file]', join(lab.folder, name));
    await visit.shows(name);
    expect((await factsOf(page)).parameters).toBe('12,359,200');
  });

  test('the model file of a run is in the list, and so is its download once it is dropped', async () => {
    const visit = await lab.open(
      'tokens=word&hidden=12&wordvec=8&layers=1&batch=4&time=8&optimizer=sgd&lr=1&epochs=2',
    );
    await visit.paste(sentences(120));
    await visit.train();
    await visit.status('done');
    const choice = visit.page.getByLabel('Model', { exact: true });
    await choice.selectOption({ label: 'run-1' });
    await visit.shows('run-1');
    const perplexity = await visit.digits('valid-perplexity');
    expect(Number((await factsOf(visit.page))['validation perplexity'])).toBeCloseTo(perplexity, 1);
    const [download] = await Promise.all([
      visit.page.waitForEvent('download'),
      visit.button('Download model').click(),
    ]);
    await drop(visit.page, { 'again.safetensors': readFileSync(await download.path()) });
    await visit.shows('again.safetensors');
    expect(Number((await factsOf(visit.page))['validation perplexity'])).toBeCloseTo(perplexity, 1);
  });
});
