import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBackend, readModelFile, type SavedModel } from 'unrolled';
import { expect, test } from 'vitest';
import { describeLab } from '../../support/lab.ts';
import { sentences, temporaryFolder, tiny, unrolled } from '../../support/process.ts';

const folder = temporaryFolder({ 'train.txt': sentences(150) });
const flags = [...tiny, '--tokens', 'word', '--valid', 'none', '--quiet', '--backend', 'wasm'];
expect(await unrolled(folder, 'train', 'train.txt', ...flags, '--out', 'w.safetensors')).toMatchObject({
  status: 0,
});
const bytes = readFileSync(join(folder, 'w.safetensors'));

/** The cosines of a token with all others, in float64, highest first. */
function cosines({ model, vocabulary }: SavedModel, id: number, name: string): [string, number][] {
  const { value } = model.params.find((param) => param.name === name)!;
  const [rows, columns] = value.shape;
  const W = [...value.values()];
  const V = vocabulary.size;
  const vector = (of: number) =>
    name === 'embedding.W'
      ? W.slice(of * columns, (of + 1) * columns)
      : Array.from({ length: rows }, (_, h) => W[h * columns + of]);
  const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);
  const own = vector(id);
  return Array.from({ length: V }, (_, other): [string, number] => {
    const one = vector(other);
    return [vocabulary.tokenOf(other), dot(own, one) / Math.sqrt(dot(own, own) * dot(one, one))];
  })
    .filter((_, other) => other !== id)
    .sort(([, a], [, b]) => b - a);
}

describeLab('the view Words', { 'w.safetensors': bytes }, (lab) => {
  test('a token that is typed has its neighbours by cosine, of both tables, as a picture and as TSV', async () => {
    const saved = readModelFile(bytes, await openBackend('reference'));
    const visit = await lab.open('view=words', { acceptDownloads: true });
    const { page } = visit;
    const shown = () =>
      page
        .getByTestId('neighbour')
        .evaluateAll((all) => all.map((one) => [one.dataset.token, Number(one.dataset.cosine)]));
    await page.getByTestId('neighbour').first().waitFor();
    await page.getByLabel('Find a token').fill('co');
    await page.getByLabel('Find a token').press('Enter');
    const id = saved.vocabulary.tokens.findIndex((token) => token.startsWith('co'));
    const expectNeighbours = async (name: string) => {
      const wanted = cosines(saved, id, name).slice(0, 12);
      await expect
        .poll(async () => (await shown()).map(([token]) => token))
        .toEqual(wanted.map(([token]) => token));
      (await shown()).forEach(([, cosine], i) => {
        expect(cosine).toBeCloseTo(wanted[i][1], 12);
      });
    };
    await expectNeighbours('embedding.W');
    expect(new URL(page.url()).searchParams.get('word')).toBe(String(id));
    await page.locator('.rail select').selectOption('output');
    await expectNeighbours('affine.W');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      visit.button('Save neighbours (TSV)').click(),
    ]);
    const [header, first] = readFileSync(await download.path(), 'utf8').split('\n');
    expect(header).toBe('of\trank\tid\ttoken\tcosine');
    expect(first.split('\t')[3]).toBe(cosines(saved, id, 'affine.W')[0][0]);
  });

  test('the map is drawn, moves by keys, and an analogy has its answers', async () => {
    const visit = await lab.open('view=words');
    const { page } = visit;
    const map = page.getByTestId('word-map');
    await page.getByTestId('neighbour').first().waitFor();
    const picture = () => map.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const blank = await page.evaluate(() => document.createElement('canvas').toDataURL());
    await expect.poll(picture).not.toBe(blank);
    const before = await picture();
    await map.press('+');
    await expect.poll(picture).not.toBe(before);
    await map.press('0');
    await expect.poll(picture).toBe(before);
    for (const [label, token] of Object.entries({ a: 'cat', b: 'dog', c: 'cow' })) {
      await page.getByLabel(label, { exact: true }).fill(token);
    }
    await page.getByTestId('analogy').first().waitFor();
    expect(await page.getByTestId('analogy').count()).toBe(5);
  });
});
