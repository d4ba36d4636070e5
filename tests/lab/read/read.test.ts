import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeLab, type Visit } from '../../support/lab.ts';
import { jsonLines } from '../../support/output.ts';
import { sentences, temporaryFolder, tiny, unrolled } from '../../support/process.ts';

const text = `${sentences(14, 3)}the unicorn sings\n`;
const folder = temporaryFolder({
  'train.txt': sentences(150),
  'a.txt': text,
  'long.txt': sentences(5000, 9),
});
const wasm = ['--backend', 'wasm'];

async function shell(...args: string[]): Promise<string> {
  const { stdout, status, stderr } = await unrolled(folder, ...args, ...wasm);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return stdout;
}

/** Three models of one text: two of words, one of characters. */
const flags = [...tiny, '--epochs', '1', '--valid', 'none', '--quiet'];
await shell('train', 'train.txt', ...flags, '--tokens', 'word', '--seed', '1', '--out', 'a.safetensors');
await shell('train', 'train.txt', ...flags, '--tokens', 'word', '--seed', '2', '--out', 'b.safetensors');
await shell('train', 'train.txt', ...flags, '--tokens', 'char', '--seed', '3', '--out', 'c.safetensors');
const models = Object.fromEntries(
  ['a.safetensors', 'b.safetensors', 'c.safetensors'].map((name) => [name, readFileSync(join(folder, name))]),
);

describeLab('the view Read', models, (lab) => {
  const openFile = async (query: string, name = 'a.txt'): Promise<Visit> => {
    const visit = await lab.open(`view=read&model=site-1-a.safetensors&${query}`, {
      acceptDownloads: true,
      viewport: { width: 2400, height: 1200 },
    });
    await visit.page.getByTestId('heat').waitFor();
    await visit.page.setInputFiles('.rail input[type=file]', join(folder, name));
    await visit.page.locator('.read-totals caption', { hasText: name }).waitFor();
    return visit;
  };
  const numbersOf = ({ page }: Visit, id: string, attribute: string) =>
    page
      .getByTestId(id)
      .evaluateAll((all, name) => all.map((one) => Number(one.getAttribute(name))), attribute);
  const download = async (visit: Visit, name: string) => {
    const [found] = await Promise.all([visit.page.waitForEvent('download'), visit.button(name).click()]);
    return readFileSync(await found.path(), 'utf8');
  };

  test('tokens have the bits of the command line, the files its bytes; a token says what was expected', async () => {
    const visit = await openFile('');
    const { page } = visit;
    const rows = jsonLines(await shell('score', 'a.safetensors', 'a.txt', '--by', 'token', '--json'));
    await expect
      .poll(() => numbersOf(visit, 'surprisal-token', 'data-bits'))
      .toEqual(rows.map(({ bits }) => bits));
    expect(await page.locator('.heat-segment.unknown[role=option]').count()).toBe(
      rows.filter(({ known }) => known === false).length,
    );
    for (const by of ['token', 'word', 'line']) {
      await page.locator('.rail select').nth(1).selectOption(by);
      for (const format of ['tsv', 'json']) {
        const printed = await shell('score', 'a.safetensors', 'a.txt', '--by', by, `--${format}`);
        expect(await download(visit, `Save ${format.toUpperCase()}`)).toBe(printed);
      }
    }
    await page.locator('.rail select').nth(1).selectOption('token');
    await page.getByTestId('surprisal-token').first().waitFor();
    await page.getByTestId('heat').focus();
    for (let i = 0; i < 3; i++) {
      await page.keyboard.press('ArrowRight');
      await page.locator(`[aria-activedescendant="segment-${i}"]`).waitFor();
    }
    const third = rows[2];
    const expected = (third.alternatives as { token: string }[])[0].token;
    await page.locator('.read-expected li', { hasText: expected.trim() }).first().waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).searchParams.get('token')).toBe('2');
    await visit.button('Open it in Unrolled').click();
    await page.getByRole('region', { name: 'Unrolled', exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('token')).toBe('2');
  });

  test('two models differ as by compare, token by token, and by characters if their tokens differ', async () => {
    const visit = await openFile('compare=site-2-b.safetensors&numbers=on');
    const compared = async (b: string) => await shell('compare', 'a.safetensors', b, 'a.txt', '--json');
    const printed = await compared('b.safetensors');
    await expect.poll(() => visit.digits('difference')).toBe(JSON.parse(printed).difference.mean);
    expect(await download(visit, 'Save JSON')).toBe(printed);
    const bitsOf = async (model: string) =>
      jsonLines(await shell('score', model, 'a.txt', '--by', 'token', '--json')).map(
        ({ bits }) => bits as number,
      );
    const [a, b] = [await bitsOf('a.safetensors'), await bitsOf('b.safetensors')];
    await expect
      .poll(() => numbersOf(visit, 'surprisal-difference', 'data-value'))
      .toEqual(a.map((bits, i) => b[i] - bits));
    await visit.page.locator('.rail select').nth(2).selectOption('site-3-c.safetensors');
    const other = JSON.parse(await compared('c.safetensors'));
    await expect.poll(() => visit.digits('difference')).toBe(other.difference.mean);
    expect(await visit.digits('bits-b')).toBe(other.b.bits);
    await visit.page.getByText('they are compared by word').waitFor();
  });

  test('a sentence of spaces has the bits of the command line, and says so to a model of words', async () => {
    const visit = await lab.open('view=read&model=site-3-c.safetensors');
    const { page } = visit;
    await page.getByTestId('heat').waitFor();
    for (const sentence of ['   ', ' \n ', '  the ']) {
      writeFileSync(join(folder, 'spaces.txt'), sentence);
      const rows = jsonLines(await shell('score', 'c.safetensors', 'spaces.txt', '--by', 'token', '--json'));
      await page.getByLabel('Sentence to read').fill(sentence);
      await expect
        .poll(() => numbersOf(visit, 'surprisal-token', 'data-bits'))
        .toEqual(rows.map(({ bits }) => bits));
    }
    await page.getByLabel('Model', { exact: true }).selectOption('site-1-a.safetensors');
    await page.getByLabel('Sentence to read').fill('   ');
    await page.getByRole('alert').filter({ hasText: 'the text has no word' }).waitFor();
    await page.getByLabel('Sentence to read').fill('');
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  test('a long text has only its visible rows in the document, and its end can be reached', async () => {
    const visit = await openFile('', 'long.txt');
    const { page } = visit;
    const totals = JSON.parse(
      await shell('score', 'a.safetensors', 'long.txt', '--by', 'document', '--json'),
    );
    await expect.poll(() => visit.digits('bits-a')).toBe(totals.bits);
    const tokens = page.getByTestId('surprisal-token');
    await expect.poll(() => tokens.count()).toBeGreaterThan(50);
    expect(await tokens.count()).toBeLessThan(3000);
    await page.getByTestId('heat').evaluate((box) => box.scrollTo({ top: box.scrollHeight }));
    await page.locator(`[data-testid=surprisal-token][data-unit="${totals.tokens - 1}"]`).waitFor();
  });
});
