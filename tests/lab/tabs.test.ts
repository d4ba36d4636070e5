import { expect, test } from 'vitest';
import { describeLab, Visit } from '../support/lab.ts';
import { sentences } from '../support/process.ts';

const recipe = 'tokens=word&hidden=12&wordvec=8&layers=1&batch=4&time=8&optimizer=sgd&lr=1';

describeLab('two tabs of the lab', {}, (lab) => {
  test('a run that is removed in one tab leaves the other one, where another run of its name is listed as what it is', async () => {
    const first = await lab.open(`${recipe}&epochs=2`);
    await first.paste(sentences(120));
    await first.train();
    await first.status('done');
    const opening = first.page.waitForEvent('popup');
    await first.page.evaluate(() => void window.open('?view=train&lang=en&model=run-1.safetensors'));
    const second = new Visit(await opening);
    await second.shows('run-1');
    await second.page.locator('.runs li', { hasText: 'run-1 · text · done' }).waitFor();

    await first.button('Remove').click();
    await expect.poll(() => second.page.locator('.runs li').count()).toBe(0);
    await second.shows('speeches (sample)');

    await first.page.getByText('Training', { exact: true }).click();
    await first.page.getByLabel('epochs', { exact: true }).fill('5000');
    await first.button('Train').click();
    await second.page.locator('.runs li', { hasText: 'under way in another tab' }).waitFor();
    await first.page.getByTestId('epoch').waitFor();
    await first.button('Stop').click();
    await first.status('stopped');
    await second.page.locator('.runs li', { hasText: 'run-1 · text · stopped' }).waitFor();
    expect(await second.digits('epoch')).toBe(await first.digits('epoch'));
    await second.page.getByLabel('Model', { exact: true }).selectOption({ label: 'run-1' });
    await second.shows('run-1');
  });
});
