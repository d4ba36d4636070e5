import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { BPETrainer } from '../../../src/data/tokenizers/bpe/train.ts';
import { openTokenizer } from '../../../src/data/tokenizers/open.ts';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import type { RecurrentConfig } from '../../../src/models/config.ts';
import type { ModelContents } from '../../../src/models/model-file.ts';
import { pythonWith, randomModelFile } from '../../support/interop.ts';
import { temporaryFolder, unrolled } from '../../support/process.ts';

const python = pythonWith('INTEROP_PYTHON', 'onnxruntime', 'numpy');
const script = fileURLToPath(new URL('./run_surprisals.py', import.meta.url));
const docs = readFileSync(new URL('../../../docs/interop.md', import.meta.url), 'utf8');
const program = /^```python\n(import json.*?)^```$/ms.exec(docs)?.[1] as string;

const text = 'the cat sat on a mat\nand a dog saw “that” by night\n\nthe night sat\n';

const words = openTokenizer('word');
const chars = openTokenizer('char');
const trainer = new BPETrainer({ vocabSize: 270 });
trainer.push(text.repeat(10));
const pieces = trainer.train();
const charVocabulary = Vocabulary.build(chars.tokenize(text));

interface Case {
  readonly name: string;
  readonly config: Partial<RecurrentConfig>;
  readonly contents: Partial<ModelContents>;
}

const cases: readonly Case[] = [
  { name: 'word', config: { cell: 'lstm', layers: 3, tied: true }, contents: {} },
  // With more units and these weights, the numbers of a ReLU grow from step to step.
  { name: 'word', config: { cell: 'rnn-relu', layers: 1, hiddenSize: 3 }, contents: {} },
  { name: 'word', config: { cell: 'mingru', layers: 3 }, contents: {} },
  { name: 'char', config: { cell: 'gru' }, contents: { tokenizer: chars, vocabulary: charVocabulary } },
  {
    name: 'byte',
    config: { cell: 'lstm-cifg' },
    contents: { tokenizer: openTokenizer('byte'), vocabulary: Vocabulary.bytes() },
  },
  {
    name: 'bpe',
    config: { cell: 'gru', resetAfter: true },
    contents: { tokenizer: pieces, vocabulary: pieces.fixedVocabulary() as Vocabulary },
  },
  {
    name: 'items of characters',
    config: { cell: 'minlstm' },
    contents: { tokenizer: chars, vocabulary: charVocabulary.withEnd(), items: 'line' },
  },
  {
    name: 'items of words',
    config: { cell: 'rnn', zoneout: 0.1 },
    contents: { vocabulary: Vocabulary.build(words.tokenize(text)).withEnd(), items: 'line' },
  },
];

interface Row {
  readonly line: number;
  readonly token: string;
  readonly bits: number;
}

test.skipIf(python === undefined)('the program of docs/interop.md gets the surprisals of score', async () => {
  const folder = temporaryFolder({ 'text.txt': text, 'surprisals.py': program });
  const rows: Row[][][] = [];
  for (const [i, { config, contents }] of cases.entries()) {
    writeFileSync(join(folder, `${i}.safetensors`), randomModelFile(config, contents));
    await unrolled(folder, 'export', `${i}.safetensors`, '--to', 'onnx', '--out', `${i}.onnx`);
    rows.push(await scored(folder, `${i}.safetensors`, 'items' in contents));
  }
  const models = rows.map((texts, i) => ({
    model: `${i}.onnx`,
    texts: texts.map((rows) => rows.map(({ token }) => token)),
  }));
  const { stdout, stderr } = spawnSync(python as string, [script, 'surprisals.py', '0.onnx', text], {
    cwd: folder,
    input: JSON.stringify(models),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const lines = stdout.trimEnd().split('\n');
  const results = JSON.parse(lines.pop() as string) as number[][][];
  expect(lines).toEqual(rows[0][0].map(({ token, bits }) => `${bits.toFixed(2).padStart(6)}  ${token}`));
  for (const [i, { name, config }] of cases.entries()) {
    for (const [j, ofText] of rows[i].entries()) {
      for (const [k, { bits }] of ofText.entries()) {
        expect(
          Math.abs(results[i][j][k] - bits),
          `${name} ${config.cell}, text ${j}, token ${k}`,
        ).toBeLessThan(1e-4);
      }
    }
  }
});

/** The rows of `score --by token --json`, of the whole text or of each item. */
async function scored(folder: string, model: string, byItem: boolean): Promise<Row[][]> {
  const { stdout } = await unrolled(folder, 'score', model, 'text.txt', '--by', 'token', '--json');
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
  if (!byItem) return [rows];
  const lines = [...new Set(rows.map(({ line }) => line))];
  return lines.map((line) => rows.filter((row) => row.line === line));
}
