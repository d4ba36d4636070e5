import { expect, test } from 'vitest';
import { describeLab } from '../support/lab.ts';
import { sentences } from '../support/process.ts';

const settings = 'tokens=word&hidden=16&wordvec=8&layers=1&batch=4&time=8&optimizer=sgd&lr=1';

describeLab('the view Train', {}, (lab) => {
  test('runs are told apart in the list and the table, and the sample of any epoch can be read with the keyboard', async () => {
    const visit = await lab.open(`${settings}&epochs=2`);
    const { page } = visit;
    const buffer = Buffer.from(sentences(3000));
    await page.setInputFiles('.rail input[type=file]', { name: 'many.txt', mimeType: 'text/plain', buffer });
    await page.getByRole('heading', { name: 'many.txt' }).waitFor();
    await visit.train();
    await visit.status('done');
    // The second epoch ends too soon after the first sample for one of its own, but it is the last.
    await page.getByRole('heading', { name: /^Epoch 2 · / }).waitFor();
    await page.getByText('Training', { exact: true }).click();
    await page.getByLabel('epochs', { exact: true }).fill('900');
    await visit.button('Train').click();
    await expect.poll(() => page.locator('.runs li').count()).toBe(2);
    const slider = page.getByRole('slider');
    await slider.waitFor({ timeout: 20_000 });
    await visit.button('Pause').click();
    await visit.status('paused');
    const newest = await page.getByTestId('sample').textContent();
    await slider.press('Home');
    expect(await slider.getAttribute('aria-valuetext')).toBe('Epoch 1');
    await expect.poll(() => page.getByTestId('sample').textContent()).not.toBe(newest);
    expect(await page.locator('.runs .swatch').count()).toBe(2);
    const table = page.getByRole('table', { name: 'Settings that differ, and results' });
    expect(await table.getByRole('columnheader').allTextContents()).toEqual([
      'epochs',
      'best validation perplexity',
    ]);
    const rows = await table.getByRole('row').allTextContents();
    expect(rows.slice(1)).toEqual([
      expect.stringMatching(/^ run-12\d+\.\d/),
      expect.stringMatching(/^ run-2900\d+\.\d/),
    ]);
    // Charts are canvases: the page's elements don't grow with a run.
    expect(await page.locator('*').count()).toBeLessThan(500);
  });

  test('a wrong setting says in Korean what it needs', async () => {
    const visit = await lab.open('lang=ko&view=train&hidden=0&lr=-1&dropout=1&batch=2');
    for (const group of ['모델', '학습']) await visit.page.locator('summary', { hasText: group }).click();
    const problems = await visit.page.locator('.setting .problem').allTextContents();
    expect(problems).toEqual([
      '1 이상의 정수를 입력하세요.',
      '0 이상 1 미만의 수를 입력하세요.',
      '0 초과의 수를 입력하세요.',
    ]);
    expect(await visit.page.getByRole('button', { name: '학습', exact: true }).isDisabled()).toBe(true);
  });
});
