import { expect, test } from 'vitest';
import { AUTOMATIC_OPTIMIZER } from '../../src/recipe/settings/learning-sets.ts';
import { describeLab } from '../support/lab.ts';
import { sentences } from '../support/process.ts';

const sizes = 'tokens=word&hidden=12&wordvec=8&layers=1&batch=4&time=8&optimizer=sgd&lr=1&epochs=2';
/** Words of the command line and of the library's functions. */
const foreign = /--|\brecipe\b|skipBad|splitText|cosine|vocabSize|wordvec|\bbatch\b/;

describeLab('settings and messages of the lab', {}, (lab) => {
  test('a gradient norm limit of 0 switches clipping off, as on the command line', async () => {
    const visit = await lab.open(`${sizes}&clip=0`);
    await visit.paste(sentences(120));
    await visit.train();
    await visit.status('done');
    expect(await visit.digits('epoch')).toBe(2);
  });

  test('what a run refuses is said with the names of the page, in its language', async () => {
    const visit = await lab.open(`${sizes}&tied=true`);
    const { page } = visit;
    await visit.paste(sentences(120));
    await visit.train();
    await visit.status('failed');
    const problem = page.locator('.runs .problem');
    expect(await problem.textContent()).toMatch(/^Settings: hidden size H is 12, embedding size D is 8; /);
    await visit.button('한국어').click();
    await expect.poll(() => problem.textContent()).toMatch(/^설정: 은닉 상태 크기 H is 12, /);
    await visit.button('English').click();
    await page.getByText('Training', { exact: true }).click();
    await page.getByText('Model', { exact: true }).last().click();
    const refused = { 'streams N': '5000', epochs: '9007199254740991', 'hidden size H': '100000000' };
    for (const [name, value] of Object.entries(refused)) {
      await page.getByLabel('tied embeddings').selectOption('false');
      const field = page.getByLabel(name, { exact: true });
      const before = await field.inputValue();
      await field.fill(value);
      await visit.button('Train').click();
      await expect.poll(() => problem.last().textContent()).toContain(name);
      expect(await problem.last().textContent()).not.toMatch(foreign);
      await field.fill(before);
    }
    const unset = (label: string) => page.getByLabel(label, { exact: true }).locator('option').first();
    expect(await unset('optimizer').textContent()).toBe(`chosen (${AUTOMATIC_OPTIMIZER})`);
    expect(await unset('cell').textContent()).toBe('chosen');
    const optimizer = page.getByLabel('optimizer', { exact: true });
    await optimizer.selectOption('');
    await page.getByLabel('learning rate', { exact: true }).fill('20');
    await visit.button('Train').click();
    await expect
      .poll(() => problem.last().textContent())
      .toMatch(
        /^Settings: learning rate is 20, a rate for sgd; .* Add optimizer sgd, or use a smaller learning rate/,
      );
  });

  test('what a text is refused for is said with the names of the page; bad JSON lines can be skipped', async () => {
    const visit = await lab.open(`${sizes}&items=jsonl`);
    const { page } = visit;
    const lines = '{"text":"the cat sat"}\nno JSON\n{"text":"on the mat"}\n'.repeat(20);
    await page.getByLabel('Training text').fill(lines);
    const problem = page.locator('.rail .problem');
    await problem.filter({ hasText: 'skip such lines with bad lines skipped' }).waitFor();
    await page.getByLabel('bad lines skipped').check();
    await page.getByRole('heading', { name: 'text', exact: true }).waitFor();
    await page.getByLabel('Items').selectOption('none');
    await page.getByLabel('Training text').fill('a b');
    await problem.filter({ hasText: /^Text: can't hold out the last 0\.1 of 3 characters/ }).waitFor();
    await page.getByLabel('Training text').fill(sentences(20));
    await page.getByText('Vocabulary', { exact: true }).click();
    await page.getByLabel('Tokens').selectOption('bpe');
    await page.getByLabel('vocabulary size').fill('5');
    await problem.filter({ hasText: /^Settings: vocabulary size is 5; / }).waitFor();
    expect((await problem.allTextContents()).join()).not.toMatch(foreign);
  });
});
