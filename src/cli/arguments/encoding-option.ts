import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import { BYTES, openDecoder } from '../../formats/text/decoders.ts';
import type { Option } from '../command.ts';
import { UsageError } from './usage-error.ts';
import type { ValueType } from './value-types.ts';

/** Labels that people mean; TextDecoder takes more. */
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
  help: 'Encoding of the texts, any WHATWG label; bytes takes any bytes, with byte or bpe tokens',
  otherwise: 'utf-8, or as a byte order mark says',
};

/** Whether `--encoding bytes` fits: every byte has a token of its own. */
export function takesBytes(tokenizer: Tokenizer): boolean {
  return tokenizer.fixedVocabulary()?.unknown === null;
}

/** Throws UsageError for `--encoding bytes` with a model of words or characters, which no byte is. @param where the command */
export function checkEncoding(where: string, encoding: string | undefined, tokenizer: Tokenizer): void {
  if (encoding !== BYTES || takesBytes(tokenizer)) return;
  throw new UsageError(
    `${where}: got --encoding bytes and tokens of the kind ${tokenizer.kind}; it needs byte or bpe. Name the text's encoding.`,
  );
}
