import type { TextCodec } from '../../data/text-codec.ts';
import { normalizerOf, type TokenizerParts } from '../../data/tokenizers/hugging-face/file-parts.ts';
import { EOS } from '../../data/tokenizers/word.ts';

/** White space other than a newline, as `\s` in JavaScript; other languages count U+0085, and not U+FEFF. */
const SPACES = '[\\t\\v\\f\\r \\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000\\uFEFF]+';

/** A word of a text that is spelled like the line end has this token. */
const SPELLED_EOS = ` ${EOS}`;

/** A codec with the parameters of its tokenizer, from `toJSON`. */
export interface TokenizerParameters extends TextCodec {
  readonly parameters: Readonly<Record<string, unknown>>;
}

const removed = { type: 'Split', pattern: { Regex: SPACES }, behavior: 'Removed', invert: false };
const isolated = { type: 'Split', pattern: { String: '\n' }, behavior: 'Isolated', invert: false };

/**
 * Words at white space. A newline is a word of its own, and the line end is spelled as one, so that `<eos>` in a text is another
 * word. In a vocabulary where `<eos>` in a text is the line end too, a newline is replaced by `<eos>`.
 */
export function wordParts({ vocabulary, parameters }: TokenizerParameters): TokenizerParts {
  const { unknown, tokens } = vocabulary;
  const isSpelled = vocabulary.idInText(SPELLED_EOS) !== vocabulary.idOf(EOS);
  const spelled = (token: string) => (token === EOS ? '\n' : token === SPELLED_EOS ? EOS : token);
  const form = normalizerOf(parameters.normalize);
  const replaced = { type: 'Replace', pattern: { String: '\n' }, content: ` ${EOS} ` };
  return {
    normalizer: isSpelled ? form : form ? { type: 'Sequence', normalizers: [form, replaced] } : replaced,
    pre_tokenizer: isSpelled ? { type: 'Sequence', pretokenizers: [removed, isolated] } : removed,
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordLevel',
      unk_token: unknown === null ? '<unk>' : isSpelled ? spelled(unknown) : unknown,
    },
    tokens: isSpelled ? tokens.map(spelled) : tokens,
  };
}
