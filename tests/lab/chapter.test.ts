import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diverging } from '../../lab/src/charts/scales.ts';
import { en } from '../../lab/src/language/en.ts';
import { ko } from '../../lab/src/language/ko.ts';
import { openBackend } from '../../src/backends/open.ts';
import { StreamBatches } from '../../src/data/batches/stream-batches.ts';
import { probabilities } from '../../src/generation/sampling/sample.ts';
import { logitsAfter } from '../../src/generation/writing/read-ids.ts';
import { configs } from '../../src/models/configs.ts';
import { RecurrentLM } from '../../src/models/recurrent-lm.ts';
import { Random } from '../../src/tensor/random.ts';
import { SGD } from '../../src/training/optimizers/sgd.ts';
import { train } from '../../src/training/train.ts';
import { describeLab, type Lab } from '../support/lab.ts';
import { unrolledProcess } from '../support/process.ts';
import { Formulas, sentence, vocabulary } from './chapter/formulas.ts';
import { expectClose, row, Tour } from './chapter/tour.ts';

const { steps } = en.chapter;
const small = new Formulas(4);
const text = Array.from({ length: 31 }, (_, i) => sentence[i % sentence.length]);
const states = small.states(text.slice(0, 20), 20, true);
/** Shorter than the chapter's 1,000 words, so that a run is short too. */
const own = readFileSync('dist/lab/samples/udhr-ko.txt', 'utf8').slice(0, 600);

/** The norm of the gradient at the first step of the block that begins at a step. */
function normAt(first: number, T: number): number {
  const [ids, targets] = [text.slice(first, first + T), text.slice(first + 1, first + 1 + T)];
  return small.gradientNorm(states.slice(first, first + T), ids, targets, 0);
}

/** The predictions of the model of the example, after some epochs, for prompts that follow the whole sentence. */
async function predictionsAfter(epochs: number, ...prompts: readonly number[][]): Promise<Float64Array[]> {
  const backend = await openBackend('reference');
  const sizes = { vocabSize: vocabulary.length, embeddingSize: 8, hiddenSize: 16 };
  const model = new RecurrentLM(backend, configs.simpleRnnlm(sizes), new Random(3));
  const batches = new StreamBatches(Int32Array.from(text.slice(0, 24)), { N: 1, T: 4, end: 'wrap' });
  for await (const _ of train(model, { batches, optimizer: new SGD(backend, { lr: 0.5 }), epochs }));
  return prompts.map((ids) =>
    Float64Array.from(probabilities(logitsAfter(model, Int32Array.from([...sentence, ...ids])))),
  );
}

describeLab('the tour of the chapter', { 'text.txt': own }, (lab: Lab) => {
  test('the forward steps show the states of the formulas', async () => {
    const tour = new Tour(await lab.open('view=chapter'));
    const feed = tour.visit.page.getByRole('button', { name: /^Feed/ });
    await feed.press('Enter');
    await tour.when('after-0', states[0][0]);
    expect(await tour.fill('after-0')).toBe(diverging(states[0][0], 'light').replaceAll(' ', ', '));
    await feed.press('Enter');
    const loop = await tour.when('after-0', states[1][0]);
    expectClose(row(loop, 'after', 4), states[1]);
    expectClose(row(loop, 'before', 4), states[0]);

    await tour.press('ArrowRight', 2);
    await tour.slide(steps.unrolled.slider, 'End');
    const unrolled = await tour.when('h-7-0', states[7][0]);
    for (let t = 0; t < 8; t++) expectClose(row(unrolled, `h-${t}`, 4), states[t]);

    await tour.press('ArrowRight', 3);
    await tour.slide(steps.shapes.streams, 'Home');
    await tour.slide(steps.shapes.unit, 'End');
    // The number of streams is the engine's answer, later than the unit, which the page knows.
    await expect.poll(async () => (await tour.values())['h-4']).toBeUndefined();
    const one = await tour.when('h', states[2][3]);
    expectClose(row(one, 'h', 4), states[2]);
    expectClose(row(one, 'hBefore', 4), states[1]);
    const sums = [0, 1, 2, 3].map((j) => Math.tanh(one[`hWh-${j}`] + one[`xWx-${j}`]));
    expectClose(row(one, 'h', 4), sums);
    await tour.slide(steps.shapes.streams, 'ArrowRight');
    await tour.when('h-4', small.states([1, 2, 3], 3, true)[2][0]);
  });

  test('gradients equal numeric differences: back through time, vanishing, exploding, cut', async () => {
    const tour = new Tour(await lab.open('view=chapter&step=4'));
    await tour.slide(steps.backward.slider, 'End');
    const onlyLast = [-1, -1, -1, -1, -1, -1, -1, sentence[0]];
    const norms = sentence.map((_, t) => small.gradientNorm(states, sentence, onlyLast, t));
    const bptt = await tour.when('norm-0', norms[0]);
    expectClose(row(bptt, 'norm', 8), norms);

    await tour.press('ArrowRight', 5);
    for (const [key, scale] of [
      ['Home', 0.25],
      ['End', 4],
    ] as const) {
      await tour.slide(steps.long.slider, key);
      const [wide, ids] = [new Formulas(32, scale), text.slice(0, 20)];
      const targets = ids.map((_, t) => (t === 19 ? text[20] : -1));
      const expected = wide.gradientNorm(wide.states(ids, 20, true), ids, targets, 16);
      await expect.poll(async () => (await tour.values())['back-3'] / expected).toBeCloseTo(1, 6);
      const { 'back-0': first, 'back-19': farthest } = await tour.values();
      expect(scale < 1 ? farthest / first < 1e-12 : farthest / first > 100).toBe(true);
    }
    await expect.poll(async () => (await tour.values())['bytes-1000']).toBeGreaterThan(2e7);

    await tour.press('ArrowRight', 6);
    for (const T of [10, 3]) {
      if (T === 3) await tour.slide(steps.cut.slider, 'Home');
      const cut = await tour.when('norm-0', normAt(0, T));
      expect(cut[`norm-${T}`]).toBeCloseTo(normAt(T, T), 8);
      for (let t = 0; t < 20; t++) {
        const isEnd = (t + 1) % T === 0 || t === 19;
        expect(cut[`received-${t}`] === 0, `T=${T}, step ${t}`).toBe(isEnd);
        expectClose(row(cut, `h-${t}`, 4), states[t]);
      }
      expect(cut.crossing).toBe(0);
    }
  });

  test('blocks, streams and TimeRNN carry their states and offsets', async () => {
    const tour = new Tour(await lab.open('view=chapter&step=7'));
    const first = await tour.when('loss-0', small.loss(states[0], text.slice(0, 10), text.slice(1, 11)));
    expect(first['last-0']).toBeCloseTo(states[9][0], 8);
    const next = tour.visit.page.getByRole('button', { name: steps.blocks.next });
    await next.press('Enter');
    await expect.poll(async () => (await tour.values())['loss-1']).toBeLessThan(2.5);
    const second = await tour.values();
    expectClose(row(second, 'start-1', 4), states[9]);

    await tour.press('ArrowRight', 8);
    const rows = (from: number) => Array.from({ length: 10 }, (_, i) => from + i);
    const begin = await tour.when('stream-1-0', 500);
    expect([row(begin, 'stream-0', 10), row(begin, 'stream-1', 10)]).toEqual([rows(0), rows(500)]);
    await tour.slide(steps.streams.slider, 'ArrowRight');
    await tour.when('stream-1-9', 519);
    const toSecondEpoch = Array.from({ length: 49 }, () => 'ArrowRight');
    await tour.slide(steps.streams.slider, ...toSecondEpoch);
    const wrapped = await tour.when('stream-1-0', 0);
    expect([row(wrapped, 'stream-0', 10), row(wrapped, 'stream-1', 10)]).toEqual([rows(500), rows(0)]);

    await tour.press('ArrowRight', 9);
    const carried = await tour.when('h-7-0', states[7][0]);
    expectClose(row(carried, 'start-1', 4), states[3]);
    await tour.visit.page.getByRole('checkbox', { name: 'stateful' }).press('Space');
    const stateless = small.states(sentence, 4, false);
    const reset = await tour.when('h-7-0', stateless[7][0]);
    expect(row(reset, 'start-1', 4)).toEqual([0, 0, 0, 0]);
    for (let t = 0; t < 8; t++) expectClose(row(reset, `h-${t}`, 4), stateless[t]);
  });

  test('losses, the sentence and its predictions', async () => {
    const tour = new Tour(await lab.open('view=chapter&step=10'));
    const losses = sentence.slice(1).map((target, t) => -Math.log(small.next(states[t])[target]));
    const values = await tour.when('loss', losses.reduce((sum, loss) => sum + loss) / 7);
    expectClose(row(values, 'loss', 7), losses);
    await tour.slide(steps.layers.slider, 'End');
    const last = await tour.when('step-loss', losses[6]);
    expectClose(
      vocabulary.map((word) => last[`p-${word}`]),
      small.next(states[6]),
    );

    await tour.press('ArrowRight', 11);
    const prompts = [[0], [0, 1], [0, 1, 2, 3, 4, 1]];
    for (const [epoch, keys] of [
      [60, ['End']],
      [3, ['Home', ...new Array<string>(3).fill('ArrowRight')]],
    ] as const) {
      const expected = await predictionsAfter(epoch, ...prompts);
      await tour.slide(steps.goodbye.slider, ...keys);
      const found = await tour.when('next-0-say', expected[0][1]);
      expected.forEach((row, i) => {
        expectClose(
          vocabulary.map((word) => found[`next-${i}-${word}`]),
          row,
        );
      });
      expect(found['next-0-say']).toBeGreaterThan(0.8);
      const both = [found['next-1-goodbye'], found['next-1-hello']];
      if (epoch === 3) for (const p of both) expect(p).toBeGreaterThan(0.3);
      // The perplexity of this epoch is 1.004.
      else expect(both[0]).toBeGreaterThan(0.99);
    }
  });

  test('the chapter’s run on a pasted text has the bits of the command line, from V down', async () => {
    const flags = [
      '--preset',
      'simple-rnnlm',
      '--max-tokens',
      '1000',
      '--backend',
      'wasm',
      '--json',
      '--out',
      'm',
    ];
    const { stdout, status } = await unrolledProcess(lab.folder, 'train', 'text.txt', ...flags);
    expect(status).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { trainPerplexity } = events.filter(({ event }) => event === 'epoch').at(-1);

    const tour = new Tour(await lab.open('step=12'));
    await tour.visit.paste(own);
    await tour.visit.view('Chapter');
    const start = tour.visit.button(steps.train.start);
    await expect.poll(() => start.isEnabled()).toBe(true);
    await start.press('Enter');
    await tour.visit.status('done');
    const values = await tour.when('last-perplexity', trainPerplexity);
    expect(values.vocabulary).toBe(events[0].config.vocabSize);
    expect(values['first-perplexity'] / values.vocabulary).toBeCloseTo(1, 1);
    expect(values['last-perplexity']).toBe(trainPerplexity);
    expect(trainPerplexity).toBeLessThan(values.vocabulary / 10);

    await tour.visit.button(steps.train.stateless).press('Enter');
    const runs = await tour.visit.view('Train');
    await runs.getByRole('listitem').filter({ hasText: 'run-2' }).filter({ hasText: 'done' }).waitFor();
    await tour.visit.view('Chapter');
    const last = async () => (await tour.values())['last-perplexity'];
    await expect.poll(last).toBeGreaterThan(1.1 * trainPerplexity);
  });

  test('in Korean, the arrow keys walk through all twelve steps, whose sources open', async () => {
    const tour = new Tour(await lab.open('view=chapter&lang=ko'));
    const { page } = tour.visit;
    for (const [i, { title }] of Object.values(ko.chapter.steps).entries()) {
      if (i > 0) await tour.press('ArrowRight', i + 1);
      await page.getByRole('heading', { level: 2, name: title, exact: true }).waitFor();
      expect(await page.locator('[aria-current=step]').textContent()).toBe(`${i + 1} ${title}`);
      for (const link of await page.locator('.tour a').all()) {
        const response = await page.request.get(
          new URL((await link.getAttribute('href')) as string, page.url()).href,
        );
        expect(await response.text()).toBe(readFileSync((await link.textContent()) as string, 'utf8'));
      }
    }
    expect(new URL(page.url()).searchParams.get('step')).toBe('12');
    await tour.press('ArrowLeft', 11);
    await tour.when('next-0-say', (await predictionsAfter(60, [0]))[0][1]);
  });
});
