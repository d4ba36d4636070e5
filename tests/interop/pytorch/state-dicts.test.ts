import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { importModel } from '../../../src/interop/import-model.ts';
import { codecOfTokens } from '../../../src/interop/vocabulary/codec-of-tokens.ts';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { largestDifference, logitsOf, pythonWith } from '../../support/interop.ts';

/** What the recipe prints: state dicts, with the logits that PyTorch computes. */
interface Golden {
  readonly ids: readonly number[];
  readonly cases: readonly {
    readonly name: string;
    readonly map: Readonly<Record<string, string>>;
    readonly file: string;
    readonly logits: readonly (readonly number[])[];
  }[];
}

const recipe = 'tests/golden/interop/state-dicts-from-pytorch';
const golden: Golden = JSON.parse(readFileSync(`${recipe}.json`, 'utf8'));
const codec = codecOfTokens([...'abcdefg']);

async function importedCase({ name, map, file }: Golden['cases'][number]) {
  const source = { name: `${name}.safetensors`, bytes: Buffer.from(file, 'base64') };
  return await importModel(source, { map, codec });
}

async function expectLogits({ ids, cases }: Golden): Promise<void> {
  for (const one of cases) {
    const { file } = await importedCase(one);
    const rows = logitsOf(file, Int32Array.from(ids));
    for (const [t, row] of rows.entries()) {
      expect(largestDifference(row, one.logits[t]), `${one.name}, step ${t}`).toBeLessThan(1e-6);
    }
  }
}

describe('state dicts of PyTorch', () => {
  test('saved by the newest version have its logits', () => expectLogits(golden));

  const python = pythonWith('TORCH_PYTHON', 'torch', 'safetensors');
  test.skipIf(python === undefined)('saved by the PyTorch of this machine have its logits', async () => {
    const { stdout, stderr } = spawnSync(python!, [`${recipe}.py`], { encoding: 'utf8' });
    expect(stderr).toBe('');
    await expectLogits(JSON.parse(stdout));
  });

  test('report what became of each array', async () => {
    const reports = Object.fromEntries(
      await Promise.all(
        golden.cases.map(async (one) => {
          const { file, mapped, leftOut } = await importedCase(one);
          const to = Object.fromEntries(mapped.map(({ from, to }) => [from, to.join()]));
          return [one.name, { to, leftOut, config: parseModelFile(file).config }] as const;
        }),
      ),
    );
    expect(reports['gru float16'].to).toMatchObject({
      'rnn.bias_hh_l1': 'rnn.1.b,rnn.1.bh',
      'rnn.weight_hh_l0': 'rnn.0.Wh',
    });
    expect(reports['awd-lstm-lm']).toMatchObject({
      to: {
        'rnns.2.module.weight_hh_l0_raw': 'rnn.2.Wh',
        'encoder.weight': 'embedding.W',
        'decoder.weight': 'embedding.W',
      },
      leftOut: [0, 1, 2].map((i) => ({
        name: `rnns.${i}.module.weight_hh_l0`,
        reason: 'weight_hh_l0_raw after dropout',
      })),
      config: { cell: 'lstm', tied: true, layers: 3, embeddingSize: 3, hiddenSize: 4 },
    });
    expect(reports['names of its own'].leftOut).toEqual([
      { name: 'module.steps', reason: 'integers (I64), not weights' },
      { name: 'optimizer.exp_avg', reason: 'state of the optimizer' },
    ]);
  });
});
