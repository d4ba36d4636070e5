import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { UnrolledError } from '../../../src/errors.ts';
import { importModel } from '../../../src/interop/import-model.ts';
import { codecOfTokens } from '../../../src/interop/vocabulary/codec-of-tokens.ts';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { largestDifference, logitsOf, takesAll } from '../../support/interop.ts';
import { mutations } from '../../support/mutations.ts';

const codec = codecOfTokens(['<eos>', '<unk>', 'aa', 'bb', 'cc', 'dd', 'ee']);
const golden = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../golden/interop/${name}`, import.meta.url)));

const answers: { ids: number[]; logits: Record<string, number[]> } = JSON.parse(
  new TextDecoder().decode(golden('book-from-numpy.json')),
);

test.each([
  ['SimpleRnnlm.pkl', { cell: 'rnn', layers: 1, embeddingSize: 3, hiddenSize: 4 }],
  ['Rnnlm.pkl', { cell: 'lstm', layers: 1, embeddingSize: 3, hiddenSize: 4 }],
  ['BetterRnnlm.pkl', { cell: 'lstm', layers: 2, embeddingSize: 4, hiddenSize: 4, tied: true }],
])('%s of the book is recognised, has its sizes and gives its logits', async (name, config) => {
  const { file, format, mapped } = await importModel({ name, bytes: golden(name) }, { codec });
  expect(format).toBe('book');
  expect(parseModelFile(file).config).toMatchObject({ vocabSize: 7, ...config });
  const got = logitsOf(file, Int32Array.from(answers.ids)).flatMap((row) => [...row]);
  expect(largestDifference(got, answers.logits[name])).toBeLessThan(1e-6);
  expect(mapped[1].to).toEqual(['rnn.0.Wx']);
});

test('mutated parameter lists are refused or give a model that can be read', async () => {
  const name = 'BetterRnnlm.pkl';
  for (const bytes of mutations(golden(name), takesAll ? 5000 : 300, 17)) {
    try {
      parseModelFile((await importModel({ name, bytes }, { format: 'book', codec })).file);
    } catch (error) {
      if (!(error instanceof UnrolledError)) throw error;
    }
  }
});
