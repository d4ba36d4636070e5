import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readImport } from '../../../src/cli/files/interop/import-file.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { importModel } from '../../../src/interop/import-model.ts';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { largestDifference, logitsOf, pythonWith } from '../../support/interop.ts';
import { temporaryFolder } from '../../support/process.ts';

interface Case {
  readonly name: string;
  /** (T, N) */
  readonly ids: readonly (readonly number[])[];
  /** (T, N, V) */
  readonly logits: readonly (readonly (readonly number[])[])[];
}

/** The config of each graph that make_graphs.py makes. */
const configs: Readonly<Record<string, object>> = {
  'gru-before': { cell: 'gru' },
  'gru-after': { cell: 'gru', resetAfter: true },
  lstm: { cell: 'lstm' },
  'rnn-relu': { cell: 'rnn-relu' },
  cifg: { cell: 'lstm-cifg' },
  layout: { cell: 'lstm' },
  gemm: { cell: 'gru' },
  float16: { cell: 'lstm' },
  double: { cell: 'lstm' },
  'typed-data': { cell: 'gru' },
  external: { cell: 'gru' },
  cut: { cell: 'lstm', layers: 2 },
};

const codec = { tokenizer: openTokenizer('char'), vocabulary: Vocabulary.fromTokens([...'abcdefg'], null) };
const python = pythonWith('INTEROP_PYTHON', 'onnx', 'onnxruntime', 'numpy');

test.skipIf(!python)(
  'graphs made with onnx.helper have the logits that onnxruntime computes',
  async () => {
    const folder = temporaryFolder({});
    const script = fileURLToPath(new URL('make_graphs.py', import.meta.url));
    const { stdout, stderr } = spawnSync(python as string, [script, folder], { encoding: 'utf8' });
    expect(stdout, stderr).not.toBe('');
    const cases = JSON.parse(stdout) as readonly Case[];
    expect(cases.map(({ name }) => name)).toEqual(Object.keys(configs));
    for (const { name, ids, logits } of cases) {
      const source = readImport(join(folder, `${name}.onnx`)).file;
      const { file } = await importModel(source, { codec });
      const common = { vocabSize: 7, embeddingSize: 3, hiddenSize: 4, layers: 1 };
      expect(parseModelFile(file).config).toEqual({ ...common, ...configs[name] });
      for (const n of ids[0].keys()) {
        const exact = logitsOf(
          file,
          Int32Array.from(ids, (row) => row[n]),
        ).flatMap((row) => [...row]);
        const theirs = logits.flatMap((row) => row[n]);
        expect(largestDifference(theirs, exact), name).toBeLessThan(1e-6);
      }
    }
  },
  60_000,
);
