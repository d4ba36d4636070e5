import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { describeLab } from '../support/lab.ts';
import { sentences, unrolledProcess } from '../support/process.ts';

const text = sentences(120);
const recipe = { hidden: '12', wordvec: '8', layers: '1', batch: '4', time: '8' };
const address = new URLSearchParams({ lang: 'en', tokens: 'word', ...recipe }).toString();

/** The command line with the same settings. */
async function trainInShell(
  folder: string,
  epochs: number,
): Promise<{ valid: number; weights: ReturnType<typeof readSafetensors> }> {
  const flags = Object.entries(recipe).flatMap(([name, value]) => [`--${name}`, value]);
  const all = [
    '--tokens',
    'word',
    ...flags,
    '--epochs',
    String(epochs),
    '--backend',
    'wasm',
    '--json',
    '--out',
    'm',
  ];
  const { stdout, status } = await unrolledProcess(folder, 'train', 'train.txt', ...all);
  expect(status).toBe(0);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const last = events.filter(({ event }) => event === 'epoch').at(-1);
  return { valid: last.validPerplexity, weights: readSafetensors(readFileSync(join(folder, 'm'))) };
}

describeLab('the lab', { 'train.txt': text }, (lab) => {
  test('a pasted text trains to the same bits as on the command line, and the file has the same weights', async () => {
    const { valid, weights } = await trainInShell(lab.folder, 3);
    const visit = await lab.open(`${address}&epochs=3`);
    await visit.paste(text);
    await visit.train();
    await visit.status('done');
    expect(await visit.digits('valid-perplexity')).toBe(valid);
    expect(await visit.digits('epoch')).toBe(3);
    const [download] = await Promise.all([
      visit.page.waitForEvent('download'),
      visit.button('Download model').click(),
    ]);
    const saved = readSafetensors(readFileSync(await download.path()));
    expect(saved.tensors).toEqual(weights.tensors);
  });

  test('a run that is paused, closed and resumed has the bits of one that never stopped', async () => {
    const { valid } = await trainInShell(lab.folder, 300);
    const visit = await lab.open(`${address}&epochs=300`);
    await visit.paste(text);
    await visit.train();
    await visit.page.getByTestId('epoch').waitFor();
    await visit.button('Pause').click();
    await visit.status('paused');
    const stoppedAt = await visit.digits('epoch');
    expect(stoppedAt).toBeLessThan(300);
    await visit.page.reload();
    await visit.status('paused');
    expect(await visit.digits('epoch')).toBe(stoppedAt);
    // The next run trains on the same text.
    await expect.poll(() => visit.page.locator('.lead').first().textContent()).toBe('text');
    await visit.button('Resume').click();
    await visit.status('done');
    expect(await visit.digits('valid-perplexity')).toBe(valid);
  });

  test('a packed file of UTF-16 is read as its text', async () => {
    const file = join(lab.folder, 'korean.txt.gz');
    writeFileSync(file, gzipSync(Buffer.from('\ufeff새 책과 헌 책\n그리고 책\n'.repeat(40), 'utf16le')));
    const visit = await lab.open('lang=en&tokens=word');
    await visit.page.setInputFiles('.rail input[type=file]', file);
    await visit.page.getByRole('heading', { name: 'korean.txt.gz' }).waitFor();
    expect(await visit.page.getByTestId('tokens').textContent()).toMatch(/^새 책과 헌 책⏎/);
  });

  test.each([
    {
      name: 'picture.png',
      bytes: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0),
      says: /picture\.png: /,
    },
    { name: 'empty.txt', bytes: new Uint8Array(), says: /empty\.txt: the file is empty/ },
  ])('$name is refused with its name, where it was opened', async ({ name, bytes, says }) => {
    writeFileSync(join(lab.folder, name), bytes);
    const visit = await lab.open('lang=en');
    await visit.page.setInputFiles('.rail input[type=file]', join(lab.folder, name));
    await expect.poll(() => visit.page.getByRole('alert').textContent()).toMatch(says);
  });

  test('a setting that is out of range is named at its field, and Train waits for a right one', async () => {
    const visit = await lab.open(`${address}&epochs=3`);
    await visit.page.getByTestId('tokens').waitFor();
    await visit.view('Train');
    await visit.page.getByText('Model', { exact: true }).click();
    await visit.page.getByLabel('hidden size H').fill('no');
    await visit.page.getByText('It needs a positive integer').waitFor();
    expect(await visit.button('Train').isDisabled()).toBe(true);
    await visit.page.getByLabel('hidden size H').fill('16');
    await expect.poll(() => visit.button('Train').isDisabled()).toBe(false);
    expect(new URL(visit.page.url()).searchParams.get('hidden')).toBe('16');
  });

  test('the page speaks Korean, by its address and by a button', async () => {
    const visit = await lab.open('lang=ko');
    await visit.page.getByLabel('학습할 텍스트').waitFor();
    expect(await visit.page.evaluate(() => document.documentElement.lang)).toBe('ko');
    await visit.button('English').click();
    await visit.page.getByLabel('Training text').waitFor();
  });
});
