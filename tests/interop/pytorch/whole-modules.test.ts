import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { importModel } from '../../../src/interop/import-model.ts';
import { codecOfTokens } from '../../../src/interop/vocabulary/codec-of-tokens.ts';
import { largestDifference, logitsOf } from '../../support/interop.ts';

/** Files of whole modules, with the logits of the PyTorch that wrote them. */
const folder = new URL('../../golden/interop/', import.meta.url);
const recipes = readdirSync(folder).filter((name) => /^modules-from-pytorch-.*\.json$/.test(name));
const cases = recipes.flatMap((recipe) => {
  const { ids, logits } = JSON.parse(readFileSync(new URL(recipe, folder), 'utf8'));
  return Object.entries(logits).map(([name, exact]) => ({ name, ids, exact: exact as number[] }));
});
if (cases.length === 0) throw new Error('there are no files of whole modules');
const codec = codecOfTokens(['<eos>', '<unk>', ...'abcde'].map((token) => token.padEnd(2, '.')));

function imported(name: string) {
  return importModel({ name, bytes: readFileSync(new URL(name, folder)) }, { codec });
}

test.each(cases)('$name gives the logits of PyTorch', async ({ name, ids, exact }) => {
  const { file, format } = await imported(name);
  expect(format).toBe('pytorch');
  const got = logitsOf(file, Int32Array.from(ids)).flatMap((row) => [...row]);
  expect(largestDifference(got, exact)).toBeLessThan(1e-6);
});

test("awd-lstm-lm's list gives the model: its raw weights, the shared table once; criterion and optimizer are left out", async () => {
  const { mapped, leftOut } = await imported('module-awd-new.pt');
  const of = Object.fromEntries(mapped.map(({ from, to }) => [from, to]));
  expect(of['rnns.2.module.weight_hh_l0_raw']).toEqual(['rnn.2.Wh']);
  expect(leftOut.map(({ name, reason }) => `${name}: ${reason}`)).toEqual(
    expect.arrayContaining([
      '1: an object of splitcross.SplitCrossEntropyLoss, no part of the model',
      '2: an object of torch.optim.sgd.SGD, no part of the model',
    ]),
  );
});
