import { openBackend, writeModelFile } from 'unrolled';
import { afterAll, expect, test } from 'vitest';
import '../support/backends.ts'; // relaxed SIMD on Node 20
import { describeLab, type Visit } from '../support/lab.ts';
import { endHolding, holdable, release } from '../support/lab-delays.ts';
import { drawnModel } from '../support/lab-models.ts';
import { sentences } from '../support/process.ts';

const wasm = await openBackend('wasm');
const text = sentences(60);
const [a, b] = [
  drawnModel(wasm, { kind: 'word', cell: 'lstm', text }),
  drawnModel(wasm, { kind: 'byte', cell: 'gru' }),
].map((saved) => writeModelFile(saved));

afterAll(() => wasm.close());

const [first, second] = ['site-1-a.safetensors', 'site-2-b.safetensors'];

/** Two frames, in which the page shows what has come. */
const frames = ({ page }: Visit) =>
  page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))),
  );
const stage = ({ page }: Visit) => page.locator('.stage').innerText();

/** The text of the stage once it no longer changes. */
async function settled(visit: Visit): Promise<string> {
  await visit.page.locator('section.view[aria-busy=false]').waitFor();
  let before = '';
  await expect
    .poll(async () => {
      const now = await stage(visit);
      const isSame = now === before;
      before = now;
      return isSame;
    })
    .toBe(true);
  return before;
}

describeLab('what comes late in the lab', { 'a.safetensors': a, 'b.safetensors': b }, (lab) => {
  test.each(['unrolled', 'read', 'words', 'write'])(
    'the view %s shows the model that was chosen last, though results of the one before come after its own',
    async (view) => {
      const fresh = await lab.open(`view=${view}&model=${second}`);
      await fresh.shows('b.safetensors');
      const expected = await settled(fresh);
      const visit = await lab.open(`view=${view}&model=${first}`, {}, holdable);
      await visit.shows('a.safetensors');
      await expect
        .poll(() => visit.page.evaluate(() => (window as unknown as { held: unknown[] }).held.length))
        .toBeGreaterThan(0);
      await endHolding(visit.page);
      await visit.page.getByLabel('Model', { exact: true }).selectOption(second);
      await visit.shows('b.safetensors');
      await expect.poll(() => stage(visit)).toBe(expected);
      expect(await release(visit.page)).toBeGreaterThan(0);
      await frames(visit);
      expect(await settled(visit)).toBe(expected);
      await visit.page.context().close();
      await fresh.page.context().close();
    },
  );

  test('the view Unrolled opens at the start, returns to it, and follows what is typed', async () => {
    const visit = await lab.open(`view=unrolled&model=${second}`, { viewport: { width: 800, height: 900 } });
    const { page } = visit;
    const scrolled = () => page.locator('.spine').evaluate((spine) => spine.scrollLeft);
    await visit.shows('b.safetensors');
    await settled(visit);
    expect(await scrolled()).toBe(0);
    await visit.view('Words');
    await visit.view('Unrolled');
    await settled(visit);
    expect(await scrolled()).toBe(0);
    await visit.read(text.slice(0, 200));
    await expect.poll(scrolled).toBeGreaterThan(1000);
    await page.getByRole('button', { name: 'Read the open text' }).click();
    await page
      .getByText('The first', { exact: false })
      .or(page.locator('section.view[aria-busy=false]'))
      .first()
      .waitFor();
    await expect.poll(scrolled).toBe(0);
  });
});
