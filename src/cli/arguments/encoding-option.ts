import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import { BYTES, openDecoder } from '../../formats/text/decoders.ts';
import type { Option } from '../command.ts';
import { UsageError } from './usage-error.ts';
import type { ValueType } from './value-types.ts';

/** Common labels, for the help and for suggestions; TextDecoder accepts more. */
const COMMON: readonly string[] = [
  ...['utf-8', 'utf-16le', 'windows-1252', 'koi8-r', 'euc-kr', 'shift_jis', 'euc-jp', 'gb18030', 'big5'],
  BYTES,
];

const encodingName: ValueType<string> = {
  needs: 'an encoding by its WHATWG label, such as utf-16le, euc-kr, shift_jis or windows-1252, or bytes',
  parse: (text) => {
    const label = text.toLowerCase();
    return openDecoder(label) ? label : undefined;
  },
  choices: COMMON,
};

/** `--encoding`, of every command that reads texts. */
export const encodingOption: Option<string> = {
  value: 'NAME',
  type: encodingName,
  help: 'Text encoding, any WHATWG label; bytes reads raw bytes and needs byte or bpe tokens',
  otherwise: 'utf-8, or that of the byte order mark',
};

/** Whether the tokenizer can encode any bytes: it has a token for each of the 256 bytes. */
export function takesBytes(tokenizer: Tokenizer): boolean {
  return tokenizer.fixedVocabulary()?.unknown === null;
}

/** Throws UsageError for `--encoding bytes` with a tokenizer of words or characters. @param where the command */
export function checkEncoding(where: string, encoding: string | undefined, tokenizer: Tokenizer): void {
  if (encoding !== BYTES || takesBytes(tokenizer)) return;
  throw new UsageError(
    `${where}: got --encoding bytes with ${tokenizer.kind} tokens; it needs byte or bpe tokens. Set the encoding of the text.`,
  );
}
