import { UnrolledError } from '../../../errors.ts';
import { checkText, type TextCodec } from '../../text-codec.ts';
import type { NormalForm } from '../../texts/normal-form.ts';
import { normalised } from '../normalised.ts';
import { readBPE } from './bpe-model.ts';
import { isBytes, readBytes } from './bytes.ts';
import { newlinesReplaced } from './cuts.ts';
import { inconsistent, isSame, type Part, partOf, unsupported } from './file-errors.ts';
import { readWordLevel } from './word-level.ts';

const FORMS: Readonly<Record<string, NormalForm>> = { NFC: 'nfc', NFKC: 'nfkc' };

/**
 * Reads a tokenizer.json of Hugging Face's `tokenizers`: byte-level BPE, words split at white space, or a file of `unrolled export`. The ids are kept, also those
 * of added tokens, which no text encodes to.
 * @param where the file's name, for error messages
 * @throws {UnrolledError} code `file-damaged` for invalid JSON or an inconsistent file, `file-foreign` for another kind of file
 * or an unsupported feature, which the message names; `file-large` for too many tokens
 */
export function readTokenizerJSON(where: string, json: string): TextCodec {
  checkText('readTokenizerJSON', json);
  const file = partOf(parsed(where, json));
  const model = partOf(file?.model);
  if (!file || !model) throw foreign(where);
  for (const name of ['truncation', 'padding']) {
    if (isSet(file[name])) throw unsupported(where, name, 'set', 'null, because it encodes whole texts');
  }
  const { form, replaces } = readNormalizer(where, file.normalizer);
  const codec = readModel(where, file, model, replaces);
  return form === null ? codec : { ...codec, tokenizer: normalised(codec.tokenizer, form) };
}

interface Normalizer {
  readonly form: NormalForm | null;
  /** Whether newlines become words spelled `<eos>`. */
  readonly replaces: boolean;
}

function readNormalizer(where: string, value: unknown): Normalizer {
  if (!isSet(value)) return { form: null, replaces: false };
  if (isSame(value, newlinesReplaced)) return { form: null, replaces: true };
  const { type, normalizers } = partOf(value) ?? {};
  if (Object.hasOwn(FORMS, String(type))) return { form: FORMS[String(type)], replaces: false };
  const [first, second, ...more] = type === 'Sequence' && Array.isArray(normalizers) ? normalizers : [];
  const form = String(partOf(first)?.type);
  if (Object.hasOwn(FORMS, form) && isSame(second, newlinesReplaced) && more.length === 0) {
    return { form: FORMS[form], replaces: true };
  }
  throw unsupported(where, 'normalizer', value, 'null, NFC or NFKC');
}

function readModel(where: string, file: Part, model: Part, replaces: boolean): TextCodec {
  // Files from before 2020 have no type.
  const type = model.type ?? (Array.isArray(model.merges) ? 'BPE' : undefined);
  if (type === 'WordLevel') return readWordLevel(where, file, model, replaces);
  if (replaces) throw unsupported(where, 'normalizer', file.normalizer, 'null, NFC or NFKC');
  if (type === 'BPE')
    return isBytes(file, model) ? readBytes(where, file, model) : readBPE(where, file, model);
  throw unsupported(where, 'model', model, 'BPE or WordLevel');
}

function isSet(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function parsed(where: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw inconsistent(where, 'the file is not JSON; a tokenizer.json is one JSON object');
  }
}

function foreign(where: string): UnrolledError {
  return new UnrolledError(
    'file-foreign',
    `${where}: the JSON has no "model"; it must be a tokenizer.json of Hugging Face's tokenizers or of 'unrolled tokenizer train'. ` +
      'Use such a file.',
  );
}
