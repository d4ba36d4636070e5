import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { importModel } from '../../../src/interop/import-model.ts';
import { largestDifference, logitsOf } from '../../support/interop.ts';

interface Golden {
  readonly name: string;
  /** Base64. */
  readonly file: string;
  /** (T, N) */
  readonly ids: readonly (readonly number[])[];
  /** (T, N, V), or (1, N, V) after the last step; some are log probabilities. */
  readonly logits: readonly (readonly (readonly number[])[])[];
}

const goldens = ['onnx-from-pytorch.json', 'onnx-from-keras.json'].flatMap(
  (name) =>
    JSON.parse(
      readFileSync(new URL(`../../golden/interop/${name}`, import.meta.url), 'utf8'),
    ) as readonly Golden[],
);

const codec = { tokenizer: openTokenizer('char'), vocabulary: Vocabulary.fromTokens([...'abcdefg'], null) };

test.each(goldens)('$name: the logits are those of the tool', async ({ name, file, ids, logits }) => {
  const bytes = new Uint8Array(Buffer.from(file, 'base64'));
  const imported = await importModel({ name: 'model.onnx', bytes }, { codec });
  const isLogarithm = name.includes('log probabilities');
  expect(imported.leftOut.map((part) => part.reason)).toEqual(isLogarithm ? ['the model gives logits'] : []);
  for (const n of ids[0].keys()) {
    const ours = logitsOf(
      imported.file,
      Int32Array.from(ids, (row) => row[n]),
    ).slice(-logits.length);
    const exact = ours.flatMap((row) => [...(isLogarithm ? logSoftmax(row) : row)]);
    expect(
      largestDifference(
        logits.flatMap((row) => row[n]),
        exact,
      ),
    ).toBeLessThan(1e-6);
  }
});

function logSoftmax(logits: Float64Array): Float64Array {
  const sum = Math.log(logits.reduce((total, logit) => total + Math.exp(logit), 0));
  return logits.map((logit) => logit - sum);
}
