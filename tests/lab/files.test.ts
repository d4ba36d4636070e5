import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { describeLab, type Visit } from '../support/lab.ts';
import { drop, modelFile } from '../support/lab-files.ts';
import { resealed } from '../support/resealed.ts';

const model = await modelFile({ words: 30, embeddingSize: 6, hiddenSize: 10 });

/** A file that claims a header of some bytes and has few. */
function claiming(bytes: number): Uint8Array {
  const file = Buffer.alloc(200, ' ');
  file.writeBigUInt64LE(BigInt(bytes));
  file.write('{"a":', 8);
  return file;
}

/** The model with another config, and the digest of that. */
function configured(changes: Readonly<Record<string, number>>): Uint8Array {
  const { tensors, metadata } = readSafetensors(model);
  const config = JSON.stringify({ ...JSON.parse(metadata.get('config') as string), ...changes });
  return resealed(tensors, { ...Object.fromEntries(metadata), config });
}

/** Opens a file in the view Text or Read. */
const open = ({ page }: Visit, name: string, buffer: Buffer) =>
  page.setInputFiles('.rail input[type=file]', { name, mimeType: 'application/octet-stream', buffer });

describeLab('files that claim or hold too much', {}, (lab) => {
  test('a small file that unpacks to more than the page can hold is refused with the limit, and the text before stays', async () => {
    const visit = await lab.open('tokens=char');
    const { page } = visit;
    await visit.paste('a text of words\n'.repeat(40));
    await page.getByTestId('tokens').waitFor();
    const bombs = { 'bomb.txt.gz': 'ab cd\n', 'bomb.jsonl.gz': '{"text":"a b"}\n' };
    for (const [name, line] of Object.entries(bombs)) {
      const bytes = gzipSync(Buffer.alloc(150_000_000, line), { level: 1 });
      expect(bytes.length).toBeLessThan(2_000_000);
      await open(visit, name, bytes);
      await page
        .getByRole('alert')
        .filter({
          hasText: `${name}: the text has more than 100,000,000 bytes, the maximum. Use a part of it.`,
        })
        .waitFor();
      await page.locator('.working').waitFor({ state: 'detached' });
      expect(await page.getByTestId('tokens').textContent()).toMatch(/^a text of words⏎/);
    }
    await page.locator('.rail').getByLabel('Tokens').selectOption('byte');
    await page.getByText('(bytes)').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await visit.view('Read');
    await open(visit, 'read.gz', gzipSync(Buffer.alloc(150_000_000, 'ab\n'), { level: 1 }));
    await page.getByRole('alert').filter({ hasText: 'read.gz: the text has more than' }).waitFor();
  });

  test('a gzip file of several members is read whole', async () => {
    const visit = await lab.open('tokens=word');
    const members = ['the cat\n', 'sat on\n', 'the mat\n'].map((line) => gzipSync(line.repeat(20)));
    await open(visit, 'members.gz', Buffer.concat(members));
    await visit.page.getByRole('heading', { name: 'members.gz' }).waitFor();
    expect(await visit.page.getByTestId('tokens').textContent()).toMatch(/^the cat⏎.*sat on⏎.*the mat⏎\n$/s);
  });

  test('the opening of a file can be cancelled, and leaves the text before', async () => {
    const visit = await lab.open();
    const { page } = visit;
    await page.getByRole('heading', { name: 'udhr-ko.txt' }).waitFor();
    const chosen = open(visit, 'large.txt.gz', gzipSync(Buffer.alloc(99_000_000, 'ab cd\n'), { level: 1 }));
    await visit.button('Cancel').click();
    await chosen;
    await page.locator('.working').waitFor({ state: 'detached' });
    expect(await page.getByRole('heading', { name: 'udhr-ko.txt' }).count()).toBe(1);
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await page.getByLabel('Training text').inputValue()).toMatch(/^세 계 인 권 선 언/);
  });

  test('a model file whose header claims more than it has is refused; the open model stays', async () => {
    const visit = await lab.open('view=words');
    const { page } = visit;
    await visit.shows('speeches (sample)');
    const files = {
      'header.safetensors': claiming(90_000_000),
      'longer.safetensors': claiming(2 ** 39),
      'units.safetensors': configured({ hiddenSize: 1_000_000_000 }),
      'words.safetensors': configured({ vocabSize: 2_000_000_000 }),
      'layers.safetensors': configured({ layers: 16 }),
    };
    for (const [name, bytes] of Object.entries(files)) {
      await drop(page, { [name]: bytes });
      await page
        .getByRole('alert')
        .filter({ hasText: `${name}: ` })
        .waitFor();
      await visit.shows('speeches (sample)');
    }
  });

  test('a text in another encoding is named, and read once its encoding is chosen, also in the view Read', async () => {
    const visit = await lab.open('tokens=char');
    const { page } = visit;
    const line = [0xb0, 0xa1, 0xb3, 0xaa, 0x20, 0xb4, 0xd9, 0xb6, 0xf3, 0x0a]; // 가나 다라
    const korean = Buffer.from(Array.from({ length: 40 }, () => line).flat());
    await open(visit, 'korean.txt', korean);
    const says = /korean\.txt: .*it looks like euc-kr\. Set Encoding of files euc-kr/;
    await page.getByRole('alert').filter({ hasText: says }).waitFor();
    await page.getByLabel('Encoding of files').selectOption('euc-kr');
    await page.getByRole('heading', { name: 'korean.txt' }).waitFor();
    expect(await page.getByTestId('tokens').textContent()).toMatch(/^가나 다라⏎/);
    await visit.view('Read');
    await open(visit, 'read.txt', korean);
    await page.locator('.read-totals caption', { hasText: 'read.txt' }).waitFor();
    expect(await page.getByTestId('heat').textContent()).toMatch(/^1가.*나.* 다.*라/);
  });
});
