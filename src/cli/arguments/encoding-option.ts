import type { Tokenizer } from '../../data/tokenizers/tokenizer.ts';
import { BYTES, openDecoder } from '../../formats/text/decoders.ts';
import type { Option } from '../command.ts';
import { UsageError } from './usage-error.ts';
import type { ValueType } from './value-types.ts';

/** Labels that people mean; TextDecoder takes more. */
const COMMON = [
  ...['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-2', 'windows-1251', 'koi8-r', 'euc-kr'],
  ...['shift_jis', 'euc-jp', 'gb18030', 'big5', BYTES],
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
  help: 'Encoding of the texts, such as utf-16le, euc-kr, shift_jis or windows-1252; bytes takes any (byte and bpe tokens)',
  otherwise: 'utf-8, unless a byte order mark says another',
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
