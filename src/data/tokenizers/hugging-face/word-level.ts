import type { TextCodec } from '../../text-codec.ts';
import { END_TOKEN, Vocabulary } from '../../vocabulary/vocabulary.ts';
import { charTokenizer } from '../char.ts';
import type { Tokenizer } from '../tokenizer.ts';
import { EOS, wordTokenizer } from '../word.ts';
import { codePoints, END, joined, spacesRemoved, wordOfSpelling, wordsAndNewlines } from './cuts.ts';
import { isSame, type Part, partOf, unsupported } from './file-errors.ts';
import { tokensOf } from './token-ids.ts';

/** How a file cuts texts, and what its spellings mean. */
interface Cut {
  readonly tokenizer: Tokenizer;
  readonly decoder: Part | null;
  /** The token of a spelling. */
  tokenOf(spelling: string): string;
  /** Whether a text may spell the special tokens. */
  readonly spellsSpecial: boolean;
}

const itself = (spelling: string): string => spelling;
const words: Cut = { tokenizer: wordTokenizer, decoder: null, tokenOf: itself, spellsSpecial: true };

/**
 * Reads a word-level model: words split at white space, or a file that `tokenizerJSON` wrote. With `WhitespaceSplit`, a newline is the
 * token `<eos>`, which `tokenizers` does not have; if the file lacks it, newlines are out of vocabulary.
 * @param replaces whether the normalizer replaces newlines by `<eos>`
 */
export function readWordLevel(where: string, file: Part, model: Part, replaces: boolean): TextCodec {
  const { pre_tokenizer, decoder = null, post_processor: post = null } = file;
  const cut = cutOf(pre_tokenizer, replaces);
  if (cut === null) {
    const needs = 'WhitespaceSplit for words, which keeps punctuation attached';
    throw unsupported(where, 'pre-tokenizer', pre_tokenizer, needs);
  }
  if (post !== null) throw unsupported(where, 'post-processor', post, 'null for words');
  if (!isSame(decoder, cut.decoder)) {
    throw unsupported(
      where,
      'decoder',
      decoder,
      cut.decoder === null ? 'null for words' : 'Fuse for characters',
    );
  }
  const spellings = tokensOf(where, file, model);
  return { tokenizer: cut.tokenizer, vocabulary: vocabularyOf(spellings, model.unk_token, cut) };
}

function cutOf(value: unknown, replaces: boolean): Cut | null {
  if (replaces) return isSame(value, spacesRemoved) ? words : null;
  if (partOf(value)?.type === 'WhitespaceSplit') return words;
  if (isSame(value, wordsAndNewlines)) return { ...words, tokenOf: wordOfSpelling, spellsSpecial: false };
  if (!isSame(value, codePoints)) return null;
  return { tokenizer: charTokenizer, decoder: joined, tokenOf: itself, spellsSpecial: false };
}

function vocabularyOf(spellings: readonly string[], unknown: unknown, cut: Cut): Vocabulary {
  const hasEnd = spellings.at(-1) === END;
  const tokens = spellings.map(cut.tokenOf);
  const [unk, lineEnd] = [spellings.indexOf(String(unknown)), tokens.indexOf(cut.tokenizer.lineEnd ?? EOS)];
  return Vocabulary.fromJSON({
    tokens: hasEnd ? [...tokens.slice(0, -1), END_TOKEN] : tokens,
    unknown: unk < 0 ? null : tokens[unk],
    lineEnd: lineEnd < 0 ? null : lineEnd,
    ...(!cut.spellsSpecial && { unknownInText: false }),
    ...(hasEnd && { end: tokens.length - 1 }),
  });
}
