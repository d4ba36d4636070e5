import { tokenizerJSON } from '../../data/tokenizers/hugging-face/codec-json.ts';
import type { ModelFile } from '../../models/model-file.ts';

/** The tokens of a model beside a program in Python: by id, and as a tokenizer.json if that format has an equal. */
export function tokenFiles(model: ModelFile): readonly (readonly [name: string, text: string])[] {
  const tokenizer = tokenizerJSON(model);
  return [
    ['vocab.json', `${JSON.stringify(model.vocabulary.tokens)}\n`],
    ...(tokenizer === null ? [] : [['tokenizer.json', tokenizer] as const]),
  ];
}
