import {
  inputGradients,
  loadModel,
  openBackend,
  openTokenizer,
  Random,
  RecurrentLM,
  type SavedModel,
  saveModelFile,
  Vocabulary,
} from 'unrolled';
import { expect, test } from 'vitest';
import { encodeText } from '../../lab/src/engine/reading/encoded-text.ts';
import { describeLab } from '../support/lab.ts';
import { sentences } from '../support/process.ts';

const text = sentences(60);
const sentence = text.split('\n')[0];

/** A model of two layers whose weights are drawn, as a file. */
async function modelFile(): Promise<Uint8Array> {
  const backend = await openBackend('reference');
  const tokenizer = openTokenizer('word');
  const vocabulary = Vocabulary.build(tokenizer.tokenize(text), { unknown: '<unk>' });
  const sizes = { vocabSize: vocabulary.size, embeddingSize: 6, hiddenSize: 7, layers: 2 } as const;
  const model = new RecurrentLM(backend, { cell: 'lstm', ...sizes });
  const random = new Random(5);
  for (const { value } of model.params)
    backend.write(
      value,
      Float64Array.from({ length: value.size }, () => 0.6 * random.normal()),
    );
  const rest = { recipe: null, corpus: null, results: null, extras: new Map() };
  return saveModelFile({ model, tokenizer, vocabulary, ...rest });
}

const file = await modelFile();
const reference: SavedModel = await loadModel(
  new File([new Uint8Array(file)], 'units'),
  await openBackend('reference'),
);

/** h or tanh(c) of a unit after each token of a text, in float64. */
async function unitOver(given: string, layer: number, unit: number, activation = 'h'): Promise<number[]> {
  const values: number[] = [];
  for await (const { layers } of reference.model.trace(encodeText(reference, given).ids)) {
    const { h, c, width } = layers[layer];
    for (let at = unit; at < h.length; at += width)
      values.push(activation === 'h' ? h[at] : Math.tanh(c?.[at] ?? Number.NaN));
  }
  return values.slice(1);
}

describeLab('panels of the view Unrolled', { 'units.safetensors': file }, (lab) => {
  let opened: ReturnType<typeof openOnce> | null = null;
  const open = () => {
    opened ??= openOnce();
    return opened;
  };
  /** The pasted text is the training text of a model that has none, and the model reads its first line. */
  async function openOnce() {
    const selected = 'unit=1.3&range=2-3&threshold=0.3&token=4';
    const visit = await lab.open(`tokens=word&${selected}`);
    await visit.paste(text);
    const region = await visit.view('Unrolled');
    await visit.read(sentence);
    const numbers = (id: string, name = 'value') =>
      region.getByTestId(id).evaluateAll((all, key) => all.map((one) => Number(one.dataset[key])), name);
    const parameter = (name: string) => new URL(visit.page.url()).searchParams.get(name);
    return { visit, region, numbers, parameter };
  }

  test('a unit colours the text, is found by what it follows, and shows where it is most active', async () => {
    const { visit, region, numbers, parameter } = await open();
    const values = await unitOver(sentence, 1, 3);
    await expect.poll(() => numbers('unit-text-token').then(({ length }) => length)).toBe(values.length);
    for (const [t, value] of (await numbers('unit-text-token')).entries())
      expect(value).toBeCloseTo(values[t], 5);

    const all = await unitOver(text, 1, 3);
    const highest = region.locator('[data-testid="unit-extreme"][data-kind="highest"]');
    await highest.first().waitFor();
    expect(await highest.count()).toBe(10);
    expect(Number(await highest.first().getAttribute('data-value'))).toBeCloseTo(Math.max(...all), 5);
    for (const place of await highest.all()) {
      const index = Number(await place.getAttribute('data-token'));
      expect(Number(await place.getAttribute('data-value'))).toBeCloseTo(all[index], 5);
    }

    const found = region.locator('[data-testid="unit-feature"][data-activation="h"]').first();
    const [layer, unit] = await Promise.all(
      ['data-layer', 'data-unit'].map((name) => found.getAttribute(name)),
    );
    await found.click();
    await expect.poll(() => parameter('unit')).toBe(`${layer}.${unit}`);
    const chosen = await unitOver(sentence, Number(layer), Number(unit));
    await expect.poll(async () => (await numbers('unit-text-token'))[0]).toBeCloseTo(chosen[0], 5);

    // By keyboard, from token to token, with the exact number read out.
    await region.getByTestId('unit-text-token').first().focus();
    await visit.page.keyboard.press('ArrowRight');
    await expect
      .poll(() => region.locator('.token-readout').first().textContent())
      .toContain(`token 1: h = ${chosen[1].toFixed(6).replace('-', '−')}`);
  });

  test('tanh(c) of a unit is shown, found by what it follows, and its places are those of tanh(c)', async () => {
    const { region, numbers, parameter } = await open();
    const activation = region.getByRole('combobox', { name: 'Activation' });
    const found = region.locator('[data-testid="unit-feature"][data-activation="tanh-c"]').first();
    await found.click();
    await expect.poll(() => parameter('activation')).toBe('tanh-c');
    expect(await activation.inputValue()).toBe('tanh-c');
    const [layer, unit, r] = await Promise.all(
      ['data-layer', 'data-unit', 'data-value'].map(async (name) => Number(await found.getAttribute(name))),
    );
    const here = await unitOver(sentence, layer, unit, 'tanh-c');
    await expect.poll(async () => (await numbers('unit-text-token')).at(-1)).toBeCloseTo(here.at(-1)!, 5);
    for (const [t, value] of (await numbers('unit-text-token')).entries())
      expect(value).toBeCloseTo(here[t], 5);

    const all = await unitOver(text, layer, unit, 'tanh-c');
    const places = region.locator(
      `[data-testid="unit-extreme"][data-activation="tanh-c"][data-unit="${unit}"]`,
    );
    await places.first().waitFor();
    expect(await places.count()).toBe(20);
    for (const place of await places.all()) {
      const index = Number(await place.getAttribute('data-token'));
      // The token before the text, of index −1, may be an extreme too.
      if (index < 0) continue;
      expect(Number(await place.getAttribute('data-value'))).toBeCloseTo(all[index], 5);
    }
    await region
      .getByText(`(r = ${r.toFixed(2).replace('-', '−')})`)
      .first()
      .waitFor();

    await activation.selectOption('h');
    await expect.poll(() => parameter('activation')).toBe(null);
    const h = await unitOver(sentence, layer, unit);
    await expect.poll(async () => (await numbers('unit-text-token')).at(-1)).toBeCloseTo(h.at(-1)!, 5);
  });

  test('a range finds itself in the training text, with the units that are active there', async () => {
    const { region, parameter } = await open();
    const match = region.getByTestId('pattern-match').first();
    await expect.poll(() => match.getAttribute('data-value')).toBe('1');
    const first = Number(await match.getAttribute('data-first'));
    const units = ((await match.getAttribute('data-units')) ?? '').split(' ');
    expect(units.length).toBeGreaterThan(0);
    for (const name of units) {
      const [layer, unit] = name.split('.').map(Number);
      const [here, there] = [await unitOver(sentence, layer, unit), await unitOver(text, layer, unit)];
      for (const t of [0, 1]) {
        expect(Math.abs(here[2 + t])).toBeGreaterThanOrEqual(0.3);
        expect(Math.sign(here[2 + t]) * there[first + t]).toBeGreaterThanOrEqual(0.3);
      }
    }
    await region.getByLabel('Last token').fill('900');
    await region.getByLabel('Last token').blur();
    const last = sentence.split(' ').length - 1;
    await expect.poll(() => parameter('range')).toMatch(new RegExp(`^2-${last}`));
  });

  test('the influence of each token on a prediction is the norm of its gradient', async () => {
    const { region, numbers, parameter } = await open();
    const { ids } = encodeText(reference, sentence);
    const compare = async (n: number, id: number) => {
      const { norms, products } = await inputGradients(reference.model, ids.slice(0, n), id);
      await expect.poll(async () => (await numbers('influence-token', 'norm')).length).toBe(n);
      const last = async () => (await numbers('influence-token', 'norm'))[n - 1];
      await expect.poll(last).toBeCloseTo(norms[n - 1], 4);
      const shown = await numbers('influence-token', 'norm');
      for (const [t, norm] of shown.entries()) expect(norm).toBeCloseTo(norms[t], 4);
      for (const [t, product] of (await numbers('influence-token', 'product')).entries())
        expect(product).toBeCloseTo(products[t], 4);
    };
    // Token 4 is the sixth of the ids, behind the start: it is explained first, then the one after it.
    await compare(5, ids[5]);
    await region.getByLabel('Explain').selectOption('next');
    await compare(6, ids[6]);
    const another = region.locator('.predictions button[aria-pressed="false"]').first();
    await another.click();
    await expect.poll(() => parameter('target')).toMatch(/^\d+$/);
    await compare(6, Number(parameter('target')));
    await region.getByLabel('Explain').selectOption('this');
    await compare(5, ids[5]);
    await region.getByRole('combobox', { name: 'Show' }).selectOption('product');
    await region.getByText('From the largest negative').waitFor();
  });
});
