import { UnrolledError } from '../../../errors.ts';
import { checkText, type TextCodec } from '../../text-codec.ts';
import type { NormalForm } from '../../texts/normal-form.ts';
import { normalised } from '../normalised.ts';
import { readBPE } from './bpe-model.ts';
import { inconsistent, type Part, partOf, unsupported } from './file-errors.ts';
import { readWordLevel } from './word-level.ts';

const FORMS: Readonly<Record<string, NormalForm>> = { NFC: 'nfc', NFKC: 'nfkc' };

/**
 * Takes a tokenizer.json of Hugging Face's `tokenizers`: byte-level BPE, or whole words between white space. The ids stay. Added tokens
 * keep theirs too, and no text can spell them.
 * @param where the file's name, for error messages
 * @throws UnrolledError for what is none, for one that contradicts itself, and, by name, for what we don't do
 */
export function readTokenizerJSON(where: string, json: string): TextCodec {
  checkText('readTokenizerJSON', json);
  const file = partOf(parsed(where, json));
  const model = partOf(file?.model);
  if (!file || !model) throw foreign(where);
  for (const name of ['truncation', 'padding']) {
    if (isSet(file[name])) throw unsupported(where, name, 'set', 'null, since it reads whole texts');
  }
  const codec = readModel(where, file, model);
  const { normalizer } = file;
  if (!isSet(normalizer)) return codec;
  const type = String(partOf(normalizer)?.type);
  if (!Object.hasOwn(FORMS, type)) throw unsupported(where, 'normalizer', normalizer, 'null, NFC or NFKC');
  return { ...codec, tokenizer: normalised(codec.tokenizer, FORMS[type]) };
}

function readModel(where: string, file: Part, model: Part): TextCodec {
  // Files before 2020 have no type.
  const type = model.type ?? (Array.isArray(model.merges) ? 'BPE' : undefined);
  if (type === 'BPE') return readBPE(where, file, model);
  if (type === 'WordLevel') return readWordLevel(where, file, model);
  throw unsupported(where, 'model', model, 'BPE or WordLevel');
}

function isSet(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function parsed(where: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw inconsistent(where, 'got no JSON; a tokenizer.json is one JSON object');
  }
}

function foreign(where: string): UnrolledError {
  return new UnrolledError(
    'file-foreign',
    `${where}: got JSON without a "model"; it needs a tokenizer.json of Hugging Face's tokenizers, or of 'unrolled tokenizer train'. ` +
      'Name that file.',
  );
}
