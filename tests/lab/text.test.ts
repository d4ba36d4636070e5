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
});
