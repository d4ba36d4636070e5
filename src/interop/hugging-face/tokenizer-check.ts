import { tokenizerJSON } from '../../data/tokenizers/hugging-face/codec-json.ts';
import { tokensOf } from '../../data/tokenizers/hugging-face/token-ids.ts';
import { UnrolledError } from '../../errors.ts';
import type { ModelFile } from '../../models/model-file.ts';
import { readMembers } from './json-file.ts';

/**
 * Throws unless a tokenizer.json has the tokens of the model, each with its id. The tokenizer itself is the model file's: the
 * JSON may have been written again by other programs.
 */
export function checkTokenizerFile(where: string, bytes: Uint8Array, model: ModelFile): void {
  const found = spellingsOf(where, readMembers(where, bytes));
  const expected = tokenizerJSON(model);
  const needed = expected === null ? found : spellingsOf(where, JSON.parse(expected));
  if (found.length !== model.vocabulary.size) {
    throw disagrees(where, `it has ${found.length} tokens, the model ${model.vocabulary.size}`);
  }
  const id = needed.findIndex((token, i) => token !== found[i]);
  if (id < 0) return;
  throw disagrees(where, `token ${id} is ${quoted(found[id])}, the model's is ${quoted(needed[id])}`);
}

function spellingsOf(where: string, file: Readonly<Record<string, unknown>>): readonly string[] {
  const { model } = file;
  const part =
    typeof model === 'object' && model !== null ? (model as Readonly<Record<string, unknown>>) : {};
  return tokensOf(where, file, part);
}

function disagrees(where: string, what: string): UnrolledError {
  return new UnrolledError(
    'vocabulary',
    `${where}: ${what}; they must be equal. Use the tokenizer.json of the same export.`,
  );
}

function quoted(token: string): string {
  return JSON.stringify(token.length > 60 ? `${token.slice(0, 60)}…` : token);
}
