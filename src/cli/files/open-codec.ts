import type { TextCodec } from '../../data/text-codec.ts';
import { readTokenizerJSON } from '../../data/tokenizers/hugging-face/read.ts';
import { UnrolledError } from '../../errors.ts';
import { identifyFile, isSafetensors } from '../../formats/identify-file.ts';
import { BYTES, openDecoder } from '../../formats/text/decoders.ts';
import { invalidBytesError } from '../../formats/text/encodings.ts';
import { takesBytes } from '../arguments/encoding-option.ts';
import { parseModel } from './open-model.ts';
import { displayName } from './standard-input.ts';
import { readBytes } from './texts/read.ts';
import type { ReadOptions } from './texts/stream-texts.ts';

/** The start of a JSON object. A model file never starts with a brace, but with the length of its header. */
const OBJECT = /^\ufeff?\s*\{/;

/** Reads the tokenizer of a tokenizer.json or a model file, recognised by its contents. Throws UnrolledError. */
export function openCodec(path: string, how: { readonly 'no-verify'?: boolean }): TextCodec {
  const bytes = readBytes(path);
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 64));
  if (!OBJECT.test(start.replace('ï»¿', '\ufeff'))) {
    checkKind(displayName(path), bytes);
    return parseModel(path, bytes, how);
  }
  return readTokenizerJSON(displayName(path), jsonText(displayName(path), bytes));
}

/** Throws, with the detected type, for a file that is neither. */
function checkKind(where: string, bytes: Uint8Array): void {
  const other = isSafetensors(bytes) ? null : identifyFile(bytes);
  if (!other) return;
  throw new UnrolledError(
    'file-damaged',
    `${where}: this is ${other.name}; it needs a tokenizer.json or a model file. Create one with unrolled tokenizer train.`,
  );
}

function jsonText(where: string, bytes: Uint8Array): string {
  const utf8 = openDecoder('utf-8');
  try {
    return utf8?.decode(bytes).replace(/^\ufeff/, '') ?? '';
  } catch {
    throw invalidBytesError(where, utf8 as NonNullable<typeof utf8>, bytes);
  }
}

/** How to read a text so that byte, character and piece tokens decode to its exact bytes. */
export function exactReading({ tokenizer }: TextCodec, encoding: string | undefined): ReadOptions {
  if (encoding !== undefined) return { encoding };
  return takesBytes(tokenizer) ? { encoding: BYTES } : { exact: tokenizer.bytesOf !== undefined };
}
