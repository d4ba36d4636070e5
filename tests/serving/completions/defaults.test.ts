import { expect, test } from 'vitest';
import { openBackend } from '../../../src/backends/open.ts';
import { readSafetensors, writeSafetensors } from '../../../src/formats/safetensors.ts';
import { readModelFile, saveModelFile } from '../../../src/models/model-file.ts';
import type { Body } from '../../../src/serving/fields.ts';
import { serve } from '../../../src/serving/served-model.ts';
import { words } from '../../support/completions.ts';
import { complete, textsOf } from '../../support/whole-answers.ts';

const reference = await openBackend('reference');
const plain = await saveModelFile(words);

/** The model file with settings added as other programs add them: a key in the metadata. */
function withSettings(settings: object): Uint8Array {
  const { tensors, metadata } = readSafetensors(plain, 'words');
  const added = { ...Object.fromEntries(metadata), generation_config: JSON.stringify(settings) };
  return writeSafetensors(tensors, added);
}

const open = (file: Uint8Array) => serve('words', readModelFile(file, reference));

test('a completion uses the sampling settings of the model file unless the request has its own', async () => {
  const settings = {
    temperature: 0.3,
    top_p: 0.8,
    top_k: 3,
    min_p: 0.05,
    typical_p: 0.9,
    repetition_penalty: 1.5,
  };
  const file = withSettings({ ...settings, do_sample: true });
  const [bare, served] = [open(plain), open(file)];
  const textOf = async (body: Body, model = served) => {
    return textsOf(await complete({ prompt: 'the', max_tokens: 40, seed: 3, ...body }, model))[0];
  };
  expect(await textOf({})).toBe(await textOf(settings, bare));
  expect(await textOf({})).not.toBe(await textOf({}, bare));
  const off = { temperature: 1, top_p: 1, top_k: 0, min_p: 0, typical_p: 1, repetition_penalty: 1 };
  expect(await textOf(off)).toBe(await textOf({}, bare));
  expect(await textOf({ temperature: 2 })).toBe(await textOf({ ...settings, temperature: 2 }, bare));
  expect(await textOf({ temperature: null })).toBe(await textOf({}));
});

test('a saved model keeps its settings', async () => {
  const saved = readModelFile(withSettings({ top_k: 2 }), reference);
  expect(saved.generationConfig).toEqual({ top_k: 2 });
  const again = readModelFile(await saveModelFile({ ...saved, generationConfig: { top_k: 7 } }), reference);
  expect(serve('words', again).defaults).toEqual({ top_k: 7 });
  expect(readModelFile(plain, reference).generationConfig).toBeUndefined();
});

test('invalid settings are an error when the model is opened', () => {
  for (const settings of [
    { temperature: -1 },
    { temperature: 'hot' },
    { top_k: 1.5 },
    { top_p: 0 },
    { min_p: 2 },
  ]) {
    const [[name]] = Object.entries(settings);
    expect(() => open(withSettings(settings))).toThrow(
      expect.objectContaining({
        code: 'option-value',
        message: expect.stringContaining(`serve: words: ${name} in the generation_config of the model is `),
      }),
    );
  }
  expect(open(withSettings({ temperature: null })).defaults).toEqual({});
});
