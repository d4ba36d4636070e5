import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeText } from '../../../src/data/text-codec.ts';
import { readTokenizerJSON } from '../../../src/data/tokenizers/hugging-face/read.ts';
import { UnrolledError } from '../../../src/errors.ts';
import { exportModel } from '../../../src/interop/export-model.ts';
import { parseModelFile } from '../../../src/models/model-file.ts';
import { pythonWith, randomModelFile } from '../../support/interop.ts';
import { temporaryFolder } from '../../support/process.ts';
import { codecs, texts } from './codecs.ts';

const python = pythonWith('INTEROP_PYTHON', 'tokenizers', 'safetensors.numpy', 'huggingface_hub', 'yaml');

interface Found {
  readonly size: number;
  readonly ids: readonly (readonly number[] | string)[];
  readonly again: boolean;
  readonly decoded: string | null;
  readonly arrays: Readonly<Record<string, readonly [shape: readonly number[], sum: number]>>;
  readonly yaml: object;
  readonly metadata: object;
  readonly card: object;
}

const models = new Map(
  [...codecs].map(([name, codec]) => [name, randomModelFile({ layers: 1 }, codec)] as const),
);

interface Made {
  readonly json: string;
  readonly lines: readonly string[];
  readonly ids: readonly (readonly number[])[];
}

/** What the Python tools find in the exported folders, and tokenizers of theirs, in one process. */
async function inPython(): Promise<{
  readonly found: ReadonlyMap<string, Found>;
  readonly made: readonly Made[];
}> {
  const root = temporaryFolder({});
  const folders: string[] = [];
  for (const [i, model] of [...models.values()].entries()) {
    const folder = join(root, `${i}`);
    mkdirSync(folder);
    const { files } = await exportModel(model, { to: 'hf', license: 'no', name: 'a "b": c' });
    for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
    folders.push(folder);
  }
  writeFileSync(join(root, 'task.json'), JSON.stringify({ folders, texts }));
  const script = join(import.meta.dirname, 'read_folders.py');
  const { status, stdout, stderr } = spawnSync(python!, [script, join(root, 'task.json')], {
    encoding: 'utf8',
  });
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  const { folders: read, made } = JSON.parse(stdout);
  return { found: new Map([...models.keys()].map((name, i) => [name, read[i]])), made };
}

describe.skipIf(!python)("Hugging Face's libraries", async () => {
  const { found, made } = python ? await inPython() : { found: new Map<string, Found>(), made: [] };

  test.each([...codecs.keys()])('tokenizers gives the ids of the codec: %s', (name) => {
    const codec = codecs.get(name)!;
    const { ids, again, size, decoded } = found.get(name)!;
    expect(ids).toEqual(texts.map((text) => idsOf(text, name) ?? expect.stringMatching(/UNK/)));
    expect([again, size]).toEqual([true, codec.vocabulary.size]);
    if (name === 'char') expect(decoded).toBe(texts[0]);
  });

  test('a tokenizer.json of theirs gives the same ids here: words, and byte-level BPE', () => {
    expect(made).toHaveLength(2);
    for (const { json, lines, ids } of made) {
      const codec = readTokenizerJSON('theirs.json', json);
      expect(lines.map((line) => [...encodeText(line, codec).ids])).toEqual(ids);
    }
  });

  test.each([...codecs.keys()])('safetensors reads the arrays: %s', (name) => {
    const { tensors } = parseModelFile(models.get(name)!);
    const { arrays } = found.get(name)!;
    expect(Object.keys(arrays).sort()).toEqual([...tensors.keys()].sort());
    for (const [array, { shape, data }] of tensors) {
      expect(arrays[array][0]).toEqual(shape);
      expect(arrays[array][1]).toBeCloseTo(
        Float64Array.from(data).reduce((a, b) => a + b, 0),
        9,
      );
    }
  });

  test.each(['word', 'word, items'])('the Hub reads the front matter of the model card: %s', (name) => {
    const { yaml, metadata, card } = found.get(name)!;
    expect(yaml).toEqual({
      ...{ library_name: 'unrolled', pipeline_tag: 'text-generation', license: 'no' },
      tags: [
        'unrolled',
        'recurrent-neural-network',
        'language-model',
        'lstm',
        ...(name === 'word' ? [] : ['items']),
      ],
    });
    expect([metadata, card]).toEqual([yaml, yaml]);
  });
});

/** Null for a token that is out of vocabulary where there is no unknown token. */
function idsOf(text: string, name: string): number[] | null {
  try {
    return [...encodeText(text, codecs.get(name)!).ids];
  } catch (error) {
    if (error instanceof UnrolledError && error.code === 'token-unknown') return null;
    throw error;
  }
}
