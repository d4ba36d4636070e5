import type { Page, Route } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeLab, type Visit } from '../support/lab.ts';
import { sentences } from '../support/process.ts';

const text = sentences(60);

/** Holds back the sample that a first visit opens. @returns a function that lets it arrive, and waits until it has */
async function holdSample(page: Page): Promise<() => Promise<void>> {
  const held: Promise<Route> = new Promise((resolve) => void page.route('**/samples/udhr-ko.txt', resolve));
  await page.reload();
  const route = await held;
  return async () => {
    const arrived = page.waitForResponse('**/samples/udhr-ko.txt');
    await route.continue();
    await (await arrived).finished();
  };
}

const box = ({ page }: Visit) => page.getByLabel('Training text');

describeLab('the view Text', {}, (lab) => {
  test('what is typed while a sample loads stays, also before it is read', async () => {
    const visit = await lab.open();
    const release = await holdSample(visit.page);
    await box(visit).pressSequentially(text.slice(0, 20));
    await release();
    await box(visit).pressSequentially(text.slice(20, 400));
    await visit.page.getByRole('heading', { name: 'text', exact: true }).waitFor();
    expect(await box(visit).inputValue()).toBe(text.slice(0, 400));
    expect(await visit.page.getByTestId('tokens').textContent()).toBe(
      text.slice(0, 400).replaceAll('\n', '⏎\n'),
    );
  });

  test('a sample that arrives in the box with the focus is replaced by what is pasted', async () => {
    const visit = await lab.open();
    const release = await holdSample(visit.page);
    await box(visit).focus();
    await release();
    await expect.poll(() => box(visit).inputValue()).toMatch(/^세/);
    await visit.page.keyboard.insertText(text);
    expect(await box(visit).inputValue()).toBe(text);
  });

  test('several files are one text, and the vocabulary has the size that is asked for', async () => {
    const visit = await lab.open('tokens=bpe&vocabSize=300');
    const files = ['one', 'two', 'three'].map((name) => ({
      name: `${name}.txt`,
      mimeType: 'text/plain',
      buffer: Buffer.from(sentences(40, name.length).trimEnd()),
    }));
    await visit.page.setInputFiles('.rail input[type=file]', files);
    await visit.page.getByRole('heading', { name: 'one.txt + 2' }).waitFor();
    const joined = files.map(({ buffer }) => `${buffer}\n`).join('');
    expect(await box(visit).inputValue()).toBe(joined);
    const count = (name: string) =>
      visit.page.locator('.stage .facts div', { hasText: name }).locator('dd').first().textContent();
    expect(await count('vocabulary')).toBe('300');
  });

  test('a pasted text of 5 MB is read as a whole, and the page shows parts of it', async () => {
    const visit = await lab.open('tokens=char');
    const sentence = sentences(1);
    const times = Math.ceil(5e6 / sentence.length);
    await box(visit).evaluate(
      (element: HTMLTextAreaElement, [part, n]) => {
        element.select();
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/plain', String(part).repeat(Number(n)));
        element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, cancelable: true }));
      },
      [sentence, times] as const,
    );
    await visit.page.getByRole('heading', { name: 'text', exact: true }).waitFor({ timeout: 60_000 });
    expect((await box(visit).inputValue()).length).toBe(20_000);
    const characters = visit.page.locator('.stage .facts dd').first();
    expect(await characters.textContent()).toBe((times * sentence.length).toLocaleString('en'));
    expect(await visit.page.locator('.token').count()).toBe(1500);
    await visit.button('Later part').click();
    await expect.poll(() => visit.page.locator('.token').first().textContent()).toMatch(/./);
  });
});
