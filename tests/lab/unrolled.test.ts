import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import {
  lossGradients,
  openBackend,
  probabilities,
  requiredTextStart,
  scoreText,
  writeModelFile,
} from 'unrolled';
import { afterAll, expect, test } from 'vitest';
import '../support/backends.ts'; // relaxed SIMD on Node 20
import { describeLab } from '../support/lab.ts';
import { drawnModel, tracedLayers } from '../support/lab-models.ts';

const H = 10;
const korean = '인간은 자유롭다.\n모두 같다.';
const wasm = await openBackend('wasm');
const saved = drawnModel(wasm, { kind: 'byte', cell: 'lstm' });
const idsOf = (text: string) => Int32Array.from([requiredTextStart(saved), ...saved.encode(text).ids]);
const longText = Array.from({ length: 14_000 }, (_, i) => `line ${i % 97}\n`).join('');

afterAll(() => wasm.close());

/** The probabilities of all tokens after a step of the Korean text. */
async function probabilitiesAfter(step: number): Promise<Float64Array> {
  const logits = saved.model.step(idsOf(korean).slice(0, step + 2), [saved.model.state()]);
  return probabilities(Float64Array.from(await wasm.read(logits)));
}

/** The elements with a test id, as their data. */
const dataOf = (page: Page, id: string) =>
  page.getByTestId(id).evaluateAll((all) => all.map((one) => ({ ...(one as HTMLElement).dataset })));

/** The values of the cells that one test of layer, unit and step accepts, in their order. */
async function cellValues(page: Page, accepts: (layer: number, unit: number, step: number) => boolean) {
  const cells = await dataOf(page, 'unit-cell');
  return cells
    .filter(({ layer, unit, step }) => accepts(Number(layer), Number(unit), Number(step)))
    .sort((a, b) => Number(a.step) - Number(b.step) || Number(a.unit) - Number(b.unit))
    .map(({ value }) => Number(value));
}

describeLab('the view Unrolled', { 'model.safetensors': writeModelFile(saved) }, (lab) => {
  const read = async (query: string, text = korean, options = {}) => {
    const visit = await lab.open(`view=unrolled&${query}`, options);
    const { page } = visit;
    await visit.read(text);
    const last = saved.encode(text).ids.length - 1;
    const shown = /token=(\d+)/.exec(query)?.[1] ?? String(last);
    await page
      .locator(`[data-testid=unit-cell][data-step="${shown}"]`)
      .first()
      .waitFor({ state: 'attached' });
    await page.getByTestId('readout').filter({ hasText: 'Token' }).waitFor();
    return page;
  };

  test('states and predictions of a Korean text are those of the library, to the bit', async () => {
    const step = 20;
    const page = await read(`token=${step}&unit=1.3`);
    const ids = idsOf(korean);
    const n = ids.length - 1;
    const layers = await tracedLayers(saved, ids);
    await page.locator(`[data-testid=unit-cell][data-step="${n - 1}"]`).waitFor({ state: 'attached' });
    for (const layer of [0, 1]) {
      const column = await cellValues(page, (l, _, s) => l === layer && s === step);
      expect(column).toEqual(layers[layer].h.slice((step + 1) * H, (step + 2) * H));
    }
    const row = await cellValues(page, (l, u) => l === 1 && u === 3);
    expect(row).toEqual(Array.from({ length: n }, (_, t) => layers[1].h[(t + 1) * H + 3]));
    const chances = await probabilitiesAfter(step);
    const predictions = await dataOf(page, 'next-token');
    expect(predictions.length).toBe(10);
    // exp of the JavaScript engines differs in its last bits.
    for (const { token, p } of predictions)
      expect(Number(p)).toBeCloseTo(chances[saved.vocabulary.idOf(token as string) as number], 14);
    expect(Number(predictions[0].p)).toBeCloseTo(Math.max(...chances), 14);
    const { tokens } = await scoreText(saved, korean);
    await page.locator('.spine-canvas').press('Escape');
    expect(await page.getByTestId('readout').getAttribute('data-bits')).toBe(String(tokens[step].bits));
  });

  test('a state that is cut, and a token that is replaced, give the numbers of the other text, and back', async () => {
    const cut = 12;
    const page = await read(`token=${cut}`);
    const ids = idsOf(korean);
    const column = () => cellValues(page, (layer, _, s) => layer === 1 && s === cut);
    const original = (await tracedLayers(saved, ids))[1].h.slice((cut + 1) * H, (cut + 2) * H);
    expect(await column()).toEqual(original);
    await page.getByRole('button', { name: 'Set h and c to 0 before this token' }).click();
    const second = (await tracedLayers(saved, ids.slice(cut + 1)))[1].h.slice(0, H);
    await expect.poll(column).toEqual(second);
    await page.getByRole('button', { name: 'Back to the original' }).click();
    await expect.poll(column).toEqual(original);
    await page.getByLabel(/another token stood here/).fill('z');
    await page.locator('.found [role=option]').first().click();
    const other = ids.slice();
    other[cut + 1] = saved.vocabulary.idOf('z') as number;
    const replaced = (await tracedLayers(saved, other))[1].h;
    await expect.poll(column).toEqual(replaced.slice((cut + 1) * H, (cut + 2) * H));
    await page.getByText('Mean surprisal from the first change on').waitFor();
    // By keyboard: letters that are no token say so, and the list is chosen from.
    const field = page.getByLabel(/another token stood here/);
    await field.fill('yyy');
    await page.getByText('No token of the vocabulary is “yyy”.').waitFor();
    await field.press('ArrowDown');
    await field.press('Enter');
    other[cut + 1] = saved.vocabulary.idOf(
      saved.vocabulary.tokens.find((one) => /^y/i.test(one)) as string,
    ) as number;
    const chosen = (await tracedLayers(saved, other))[1].h;
    await expect.poll(column).toEqual(chosen.slice((cut + 1) * H, (cut + 2) * H));
    // More changes than readings that are kept: the original is still there.
    for (const letter of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']) {
      await page.getByLabel(/another token stood here/).fill(letter);
      await page.locator('.found [role=option]').first().click();
    }
    await page.getByRole('button', { name: 'Back to the original' }).click();
    await expect.poll(column).toEqual(original);
    // A change in the text before, while another one is typed, changes nothing.
    await page.evaluate(() => {
      const box = document.querySelector('textarea') as HTMLTextAreaElement;
      box.value = box.value.replace('.', '!');
      box.dispatchEvent(new Event('input', { bubbles: true }));
      document.querySelector<HTMLButtonElement>('.changes button[aria-pressed]')?.click();
    });
    await page.locator('section.view[aria-busy=false]').waitFor();
    const typed = (await tracedLayers(saved, idsOf(korean.replace('.', '!'))))[1].h;
    await expect.poll(column).toEqual(typed.slice((cut + 1) * H, (cut + 2) * H));
    expect(await page.getByRole('button', { name: 'Back to the original' }).count()).toBe(0);
  });

  test('the widest backward arrow is the largest gradient that lossGradients finds before the prediction', async () => {
    const step = 20;
    const page = await read(`token=${step}&gradients=on`);
    const ids = idsOf(korean);
    const targets = new Int32Array(step + 2).fill(-1);
    targets[step + 1] = ids[step + 2];
    const { layers } = await lossGradients(saved.model, ids.slice(0, step + 2), targets);
    const norms = layers.flatMap(({ h }) =>
      Array.from({ length: step + 1 }, (_, t) => Math.hypot(...h.subarray(t * H, (t + 1) * H))),
    );
    const widest = Math.max(...norms).toPrecision(3);
    await page.getByText(`the widest is ${widest}. In training, blocks of 8 steps cut them`).waitFor();
  });

  test('keys move, pin, select a range and let go; the exact value is read out', async () => {
    const page = await read('gates=on');
    const canvas = page.locator('.spine-canvas');
    const parameter = (name: string) => new URL(page.url()).searchParams.get(name);
    await canvas.focus();
    for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowDown', 'Enter'])
      await canvas.press(key);
    expect([parameter('token'), parameter('unit')]).toEqual(['2', '1.1']);
    const [, top] = await tracedLayers(saved, idsOf(korean));
    const readout = page.getByTestId('readout');
    for (const [name, value] of Object.entries({ h: top.h[3 * H + 1], f: top.gates.f[3 * H + 1] })) {
      expect(await readout.getAttribute(`data-${name}`)).toBe(String(value));
      const short = String(Number(value.toPrecision(4))).replace('-', '−');
      expect(await readout.textContent()).toContain(`${name} = ${short}`);
    }
    await canvas.press('Shift+ArrowRight');
    await canvas.press('Shift+ArrowRight');
    expect(parameter('range')).toBe('2-4');
    await canvas.press('Escape');
    expect([parameter('token'), parameter('unit'), parameter('range')]).toEqual([null, null, null]);
  });

  test('keys show the prediction after the token that they move to, backwards too, and the pinned one after leaving', async () => {
    const page = await read('token=20');
    const canvas = page.locator('.spine-canvas');
    const most = async () => Number((await dataOf(page, 'next-token'))[0]?.p);
    const expected = async (step: number) => Math.max(...(await probabilitiesAfter(step)));
    const heading = page.getByRole('region').locator('.expected h2');
    await canvas.focus();
    for (const [key, step] of [
      ...[['ArrowLeft', 19] as const, ['ArrowLeft', 18] as const, ['Home', 0] as const],
      ['ArrowRight', 1] as const,
    ]) {
      await canvas.press(key);
      await expect.poll(most).toBeCloseTo(await expected(step), 12);
      expect(await heading.textContent()).toMatch(new RegExp(`^Token ${step}\\b`));
    }
    await canvas.blur();
    await expect.poll(most).toBeCloseTo(await expected(20), 12);
  });

  test('100,000 tokens are read once; the page holds few elements, and a token far in has its exact states', async () => {
    const file = join(lab.folder, 'long.txt');
    writeFileSync(file, longText);
    const far = 99_000;
    const { page } = await lab.open(`view=text&token=${far}`);
    await page.setInputFiles('.rail input[type=file]', file);
    await page.getByRole('heading', { name: 'long.txt' }).waitFor();
    await page.getByRole('link', { name: 'Unrolled', exact: true }).click();
    await page.getByRole('button', { name: 'Read the open text, long.txt' }).click();
    await page.getByText('The first 100,000 tokens').waitFor({ timeout: 50_000 });
    const cell = `[data-testid=unit-cell][data-step="${far}"]`;
    await page.locator(cell).first().waitFor({ state: 'attached' });
    const [, top] = await tracedLayers(saved, idsOf(longText.slice(0, far + 1)));
    expect(await cellValues(page, (layer, _, step) => layer === 1 && step === far)).toEqual(top.h.slice(-H));
    const size = await page.evaluate(() => ({
      elements: document.querySelectorAll('*').length,
      canvas: document.querySelector('canvas')?.clientWidth ?? 0,
      picture: document.querySelector('.spine')?.scrollWidth ?? 0,
    }));
    expect(size.elements).toBeLessThan(3_000);
    expect(size.picture).toBeGreaterThan(5_000_000);
    expect(size.canvas).toBeLessThan(2_000);
  });

  test('at 390 pixels the page does not scroll sideways, and a tap pins a token', async () => {
    const page = await read('', korean, { viewport: { width: 390, height: 844 }, hasTouch: true });
    const sideways = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await sideways()).toBe(0);
    const box = await page.locator('.spine-canvas').boundingBox();
    await page.locator('.spine-canvas').tap({ position: { x: 200, y: (box?.height ?? 0) - 18 } });
    expect(new URL(page.url()).searchParams.get('token')).toMatch(/^\d+$/);
  });
});
