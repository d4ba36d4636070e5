import { describe, expect, test } from 'vitest';
import { Vocabulary } from '../../../src/data/vocabulary/vocabulary.ts';
import { readSafetensors } from '../../../src/formats/safetensors.ts';
import {
  type ModelContents,
  readModelFile,
  SavedModel,
  writeModelFile,
} from '../../../src/models/model-file.ts';
import { resealed } from '../../support/resealed.ts';
import { backend, bytes, saved } from './saved-model.ts';

describe('a model file of items', () => {
  const vocabulary = Vocabulary.fromTokens(['<unk>', 'a', 'b'], '<unk>', null).withEnd();
  const contents: ModelContents = { ...saved(), vocabulary, items: 'jsonl:text' };

  test('has the item split, and a version that older programs refuse', () => {
    const file = writeModelFile(contents);
    expect(readSafetensors(file).metadata.get('version')).toBe('3');
    const read = readModelFile(file, backend);
    expect(read.items).toBe('jsonl:text');
    expect(read.vocabulary.endId).toBe(3);
    expect(writeModelFile(read)).toEqual(file);
  });

  test('has items exactly if the vocabulary has an end token, lines by default', () => {
    expect(new SavedModel({ ...contents, items: null }).items).toBe('line');
    expect(new SavedModel({ ...saved(), items: 'line' }).items).toBeNull();
    expect(readSafetensors(bytes).metadata.has('items')).toBe(false);
    expect(readModelFile(bytes, backend).items).toBeNull();
  });

  test.each([
    ['items without an end token', bytes, { items: 'line' }, /its vocabulary has no end token/],
    ['another split', writeModelFile(contents), { items: 'words' }, /its item split is "words"/],
  ])('with %s is damaged', (_, file, change, message) => {
    const { tensors, metadata } = readSafetensors(file);
    const damaged = resealed(tensors, { ...Object.fromEntries(metadata), ...change });
    expect(() => readModelFile(damaged, backend)).toThrow(message);
  });

  test('without its item split is damaged', () => {
    const { tensors, metadata } = readSafetensors(writeModelFile(contents));
    metadata.delete('items');
    expect(() => readModelFile(resealed(tensors, Object.fromEntries(metadata)), backend)).toThrow(
      /its item split is missing/,
    );
  });
});
