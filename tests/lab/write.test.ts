import {
  beamSearch,
  logitsAfter,
  openBackend,
  penalised,
  probabilities,
  type SampleOptions,
  saveModelFile,
  verbatimRuns,
} from 'unrolled';
import { afterAll, expect, test } from 'vitest';
import { en } from '../../lab/src/language/en.ts';
import { unlockRelaxedSimd } from '../../src/cli/machine/fast-backend.ts';
import { describeLab, type Visit } from '../support/lab.ts';
import { unrolledProcess } from '../support/process.ts';
import { draftModel, english } from './writing/draft-models.ts';

unlockRelaxedSimd(); // as the page and the command line have it
const backend = await openBackend('wasm', { threads: 1 });
const words = draftModel(backend, 'word');
const bytes = draftModel(backend, 'byte');
const files = {
  'bytes.safetensors': await saveModelFile(bytes),
  'words.safetensors': await saveModelFile(words),
};
afterAll(() => backend.close());

const prompt = 'the grey cow moos there . the cat';

const box = ({ page }: Visit) => page.getByLabel('Text to continue');

/** The bars, once they are those of the text and the settings. */
const bars = ({ page }: Visit) =>
  page.getByTestId('next-token').evaluateAll((all) =>
    all.map((one) => ({
      id: Number(one.getAttribute('data-id')),
      token: one.getAttribute('data-token'),
      before: Number(one.getAttribute('data-before')),
      after: Number(one.getAttribute('data-p')),
    })),
  );

const entropy = (row: Float32Array) => row.reduce((bits, p) => bits - (p > 0 ? p * Math.log2(p) : 0), 0);

/** The grid of settings: what is typed into the fields, and the options of the library. */
const grid: readonly {
  readonly fields: Readonly<Record<string, string>>;
  readonly options: SampleOptions;
}[] = [
  { fields: {}, options: { temperature: 0.8 } },
  { fields: { temperature: '0' }, options: { temperature: 0 } },
  { fields: { temperature: '1.7', 'top-k (0: all)': '6' }, options: { temperature: 1.7, topK: 6 } },
  {
    fields: { 'top-k (0: all)': '0', 'top-p': '0.6', 'min-p': '0.2' },
    options: { temperature: 1.7, topP: 0.6, minP: 0.2 },
  },
  { fields: { 'top-p': '1', 'min-p': '0', typical: '0.4' }, options: { temperature: 1.7, typical: 0.4 } },
];

describeLab('the view Write', files, (lab) => {
  /** The page in which the model has written. */
  let writer: Visit;
  const open = async (query: string) => {
    const visit = await lab.open(`view=write&${query}`);
    await visit.page.getByTestId('next-token').first().waitFor();
    return visit;
  };

  test('the bars are the probabilities of the library, to the bit, for any settings', async () => {
    const visit = await open('model=site-2-words.safetensors');
    await box(visit).fill(prompt);
    const { ids } = words.encode(prompt);
    const logits = Float32Array.from(logitsAfter(words.model, ids));
    const before = probabilities(logits);
    const compare = async (
      options: SampleOptions & { repetitionPenalty?: number; repetitionWindow?: number },
    ) => {
      const banned = words.vocabulary.unknownIds;
      const after = probabilities(penalised(logits, ids, options), { ...options, banned });
      const mass = before.reduce((sum, p, id) => sum + (after[id] > 0 ? p : 0), 0);
      await expect.poll(() => visit.digits('kept-mass')).toBe(mass);
      await expect.poll(() => visit.digits('entropy-after')).toBeCloseTo(entropy(after), 10);
      const shown = await bars(visit);
      expect(shown.length).toBe(Math.min(20, before.length));
      for (const { id, token, ...row } of shown) {
        expect(row).toEqual({ before: before[id], after: after[id] });
        expect(token).toBe(words.vocabulary.tokenOf(id));
      }
      expect(await visit.digits('entropy-before')).toBeCloseTo(entropy(before), 10);
      expect(await visit.digits('kept-tokens')).toBe(after.filter((p) => p > 0).length);
    };
    for (const { fields, options } of grid) {
      for (const [name, value] of Object.entries(fields)) {
        const field = visit.page.getByRole('textbox', { name, exact: true });
        await field.fill(value);
        await field.press('Tab');
      }
      await compare(options);
    }
    const temperature = visit.page.getByRole('textbox', { name: 'temperature', exact: true });
    await temperature.fill('abc');
    await visit.page.getByText(en.write.needs.temperature).waitFor();
    expect(await temperature.getAttribute('aria-invalid')).toBe('true');
    await temperature.fill('1.7');
    await visit.page.getByRole('slider', { name: 'repetition penalty' }).fill('2');
    await visit.page.getByRole('slider', { name: 'repetition window' }).fill('3');
    await compare({ temperature: 1.7, typical: 0.4, repetitionPenalty: 2, repetitionWindow: 3 });
    expect(new URL(visit.page.url()).searchParams.get('repetition-penalty')).toBe('2');
  });

  test('Generate writes what the command line writes; Undo takes it back; Draw and a bar append one token', async () => {
    const visit = await open(
      'model=site-2-words.safetensors&draw-seed=7&top-p=0.9&repetition-penalty=1.3&draw-length=50&beam-width=4&beam-length=5',
    );
    writer = visit;
    await box(visit).fill(prompt);
    const flags = ['--top-p', '0.9', '--repetition-penalty', '1.3', '--length', '50', '--seed', '7'];
    const { stdout } = await unrolledProcess(
      lab.folder,
      ...['generate', 'words.safetensors', '--prompt', prompt, ...flags, '--backend', 'wasm'],
    );
    await box(visit).press('Control+Enter');
    await expect.poll(() => box(visit).inputValue()).toBe(stdout.replace(/\n$/, ''));
    await visit.button('Undo').click();
    expect(await box(visit).inputValue()).toBe(prompt);
    await visit.button('Draw').click();
    const first = stdout.slice(prompt.length).match(/^\s?\S+/)?.[0];
    await expect.poll(() => box(visit).inputValue()).toBe(prompt + first);
    await expect.poll(() => visit.digits('draft-tokens')).toBe(words.encode(prompt).ids.length + 1);
    const [{ token }] = await bars(visit);
    await visit.page.getByTestId('next-token').first().click();
    await expect
      .poll(() => box(visit).inputValue())
      .toMatch(new RegExp(`^${prompt}${first}.?${token === '<eos>' ? '\n' : token}$`, 's'));
  });

  test('a seed that is none is said, and the last one stays in use', async () => {
    const { page } = writer;
    const seed = page.getByRole('textbox', { name: 'seed', exact: true });
    await box(writer).fill(prompt);
    await writer.button('Draw').click();
    await expect.poll(() => box(writer).inputValue()).not.toBe(prompt);
    const drawn = await box(writer).inputValue();
    for (const wrong of ['abc', '', '-1', '4294967296', '1.5']) {
      await seed.fill(wrong);
      await page.getByText(en.write.needsSeed('7')).waitFor();
      expect(await seed.getAttribute('aria-invalid')).toBe('true');
    }
    await box(writer).fill(prompt);
    await writer.button('Draw').click();
    await expect.poll(() => box(writer).inputValue()).toBe(drawn);
    expect(await seed.inputValue()).toBe('1.5');
    await seed.fill('4294967295');
    await page.getByText(en.write.needsSeed('7')).waitFor({ state: 'detached' });
    await seed.fill('7');
  });

  test('beams are those of beamSearch, with the log-probability of each token; a click appends one', async () => {
    const visit = writer;
    await box(visit).fill(prompt);
    await visit.button('Search').click();
    const shown = visit.page.getByTestId('beam');
    await shown.first().waitFor();
    const ends = words.vocabulary.lineEndIds;
    const found = await beamSearch(words.model, {
      prompt: words.encode(prompt).ids,
      width: 4,
      length: 5,
      ends,
    });
    const of = (name: string) =>
      shown.evaluateAll((all, name) => all.map((one) => one.getAttribute(name)), name);
    expect(await of('data-ids')).toEqual(found.map(({ ids }) => ids.join(' ')));
    // Logarithms differ in their last bit from engine to engine.
    const close = (all: readonly (string | null)[], expected: readonly number[]) => {
      expect(all).toHaveLength(expected.length);
      for (const [i, one] of all.entries()) expect(Number(one)).toBeCloseTo(expected[i], 12);
    };
    close(
      await of('data-value'),
      found.map(({ logProbability }) => logProbability),
    );
    const tokens = visit.page.getByTestId('beam-token');
    close(
      await tokens.evaluateAll((all) => all.map((one) => one.getAttribute('data-value'))),
      found.flatMap(({ logProbabilities }) => logProbabilities),
    );
    await shown.first().click();
    const text = words.decode([...words.encode(prompt).ids, ...found[0].ids], { readable: true });
    await expect
      .poll(async () => (await box(visit).inputValue()).replaceAll(/\s/g, ''))
      .toBe(text.replaceAll(/\s/g, ''));
  });

  test('what stands in the open text is underlined, and half a word is completed by Tab', async () => {
    const visit = await lab.open('model=site-2-words.safetensors&verbatim=4');
    await visit.paste(english);
    await visit.view('Write');
    const lines = english.split('\n');
    const text = `${lines[3]} whatever ${lines[12]}`;
    await box(visit).fill(text);
    const tokens = words.encode(text).tokens;
    const output = Int32Array.from(tokens, ({ id, known }) => (known ? id : -1));
    const runs = verbatimRuns(output, words.encode(english).ids, 4);
    const expected = runs.map(({ inOutput, length }) =>
      text.slice(tokens[inOutput].start, tokens[inOutput + length - 1].end),
    );
    await expect.poll(() => visit.page.locator('.marks .verbatim').allTextContents()).toEqual(expected);
    expect(await visit.digits('verbatim-longest')).toBe(Math.max(...runs.map(({ length }) => length)));
    await box(visit).fill('the ');
    await box(visit).pressSequentially('c');
    await visit.page.locator('#completions [role=option]').nth(1).waitFor();
    await box(visit).press('ArrowDown');
    const chosen = await visit.page.locator('#completions [aria-selected=true]').textContent();
    await box(visit).press('Tab');
    expect(await box(visit).inputValue()).toBe(`the ${chosen?.split(' ')[0]} `);
  });

  test('bytes of an incomplete character are written visibly, and are not in the text', async () => {
    const visit = await open('model=site-1-bytes.safetensors&draw-length=20');
    await box(visit).fill('가');
    await expect.poll(() => visit.digits('draft-tokens')).toBe(3);
    const lead = visit.page
      .getByTestId('next-token')
      .filter({ hasText: /⟨[C-F][0-9A-F]⟩/ })
      .first();
    const label = (await lead.locator('.label').textContent()) ?? '';
    await lead.click();
    await visit.page.locator('code', { hasText: label }).waitFor();
    expect(await box(visit).inputValue()).toBe('가');
    expect(await visit.digits('draft-tokens')).toBe(4);
  });
});
