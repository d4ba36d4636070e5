import { readFileSync } from 'node:fs';
import {
  openBackend,
  openTokenizer,
  Random,
  type RecurrentConfig,
  RecurrentLM,
  readModelFile,
  SavedModel,
  type State,
  Vocabulary,
  writeModelFile,
} from 'unrolled';
import { expect, test } from 'vitest';
import { describeLab, type Visit } from '../../support/lab.ts';

const sentence = 'the dog sees the cat and the cat sees the bird on the tree .';
const H = 6;
const reference = await openBackend('reference');

function modelFile(cell: RecurrentConfig['cell']): Uint8Array {
  const tokenizer = openTokenizer('word');
  const vocabulary = Vocabulary.build(tokenizer.tokenize(`${sentence}\n`));
  const sizes = { vocabSize: vocabulary.size, embeddingSize: 5, hiddenSize: H, layers: 1 };
  const model = new RecurrentLM(reference, { cell, ...sizes }, new Random(4), { scale: 0.9 });
  const rest = { recipe: { clip: 0.25, time: 10 }, corpus: null, results: null, extras: new Map() };
  return writeModelFile(new SavedModel({ model, tokenizer, vocabulary, ...rest }));
}

const files = { 'lstm.safetensors': modelFile('lstm'), 'rnn.safetensors': modelFile('rnn') };

/** The loss of the last step in float64, when one unit of h is shifted `back` steps before it, with c as it was. */
function shiftedLoss({ model }: SavedModel, ids: Int32Array, back: number, unit: number, by: number): number {
  const [state, T] = [model.state() as State, ids.length - 1];
  model.read(ids.slice(0, T - back), [state]);
  const { N, layers } = state.values();
  const h = Float64Array.from(layers[0].h);
  h[unit] += by;
  state.restore({ N, layers: [{ ...layers[0], h }] });
  const logits = back > 0 ? model.step(ids.slice(T - back, T), [state]) : logitsOf(model, h);
  const scores = typeof logits === 'object' && 'values' in logits ? [...logits.values()] : [];
  state.release();
  const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
  return Math.log(sum) - scores[ids[T]];
}

function logitsOf(model: RecurrentLM, h: Float64Array) {
  const hs = reference.arena.sequence([1, 1, h.length]);
  reference.write(hs, h);
  return model.affine.forward(hs);
}

/** ‖∂L/∂h‖ by central differences. */
function numericNorm(model: SavedModel, ids: Int32Array, back: number): number {
  const epsilon = 1e-5;
  const slopes = Array.from({ length: H }, (_, unit) => {
    const loss = (by: number) => shiftedLoss(model, ids, back, unit, by);
    return (loss(epsilon) - loss(-epsilon)) / (2 * epsilon);
  });
  return Math.hypot(...slopes);
}

async function normsShown({ page }: Visit): Promise<Map<number, number>> {
  const steps = await page
    .getByTestId('gradient-step')
    .evaluateAll((all) => all.map(({ dataset }) => [Number(dataset.back), Number(dataset.norm)] as const));
  return new Map(steps);
}

const address = (more: object) =>
  new URLSearchParams({ view: 'time', lang: 'en', ...more } as Record<string, string>).toString();

describeLab('Back through time', files, (lab) => {
  test.each(['lstm', 'rnn'] as const)(
    'the norms of an %s equal central differences in float64',
    async (cell) => {
      const visit = await lab.open(address({ T: '8' }));
      await visit.page.getByLabel('Model', { exact: true }).selectOption({ label: `${cell}.safetensors` });
      await visit.shows(`${cell}.safetensors`);
      await visit.read(sentence);
      const model = readModelFile(files[`${cell}.safetensors`], reference);
      const { ids } = model.encode(`\n${sentence}`);
      await expect.poll(async () => (await normsShown(visit)).size).toBe(9);
      const expected = numericNorm(model, ids, 0);
      await expect.poll(async () => (await normsShown(visit)).get(0)).toBeCloseTo(expected, 5);
      for (const [back, norm] of await normsShown(visit)) {
        expect(norm / numericNorm(model, ids, back), `${back} back`).toBeCloseTo(1, 4);
      }
    },
  );

  test('a shorter block ends the arrows earlier; its state is carried over or 0; numbers can be saved', async () => {
    const visit = await lab.open(address({ T: '10' }));
    const { page } = visit;
    await page.getByLabel('Model', { exact: true }).selectOption({ label: 'lstm.safetensors' });
    await visit.shows('lstm.safetensors');
    await visit.read(sentence);
    await expect.poll(async () => (await normsShown(visit)).size).toBe(11);
    const long = await normsShown(visit);
    await page.getByLabel('Block length T').fill('3');
    await expect.poll(async () => (await normsShown(visit)).size).toBe(4);
    const short = await normsShown(visit);
    for (const [back, norm] of short) expect(norm).toBeCloseTo(long.get(back) as number, 5);
    expect(new URL(page.url()).searchParams.get('T')).toBe('3');
    expect(page.url()).not.toContain('bird');
    expect(await visit.digits('start-state')).toBeGreaterThan(0);
    await page.getByLabel('State at the start of the block').selectOption('stateless');
    await expect.poll(() => visit.digits('start-state')).toBe(0);
    await page.getByText('multiplied by').or(page.getByText('within the limit')).first().waitFor();
    await page.getByText('The numbers', { exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      visit.button('Save the numbers (TSV)').click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n');
    expect(lines[0]).toBe('model\tcell\tlayer\tstate\tback\tnorm\ttruncated');
    const [first] = await normsShown(visit);
    expect(lines.filter((line) => line.startsWith('model\tlstm\t0\th'))).toHaveLength(4);
    expect(first[1]).toBeGreaterThan(0);
    for (const cell of ['rnn', 'lstm', 'gru']) {
      expect(lines.some((line) => line.startsWith(`small ${cell}\t${cell}\t0\th\t0\t`))).toBe(true);
    }
  });
});
