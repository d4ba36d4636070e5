import type { TextCodec } from '../../text-codec.ts';
import { bpeTokenizer } from '../bpe/bpe.ts';
import { readMerges } from '../bpe/parameters.ts';
import { END } from './cuts.ts';
import { type Part, partOf, unsupported } from './file-errors.ts';
import { tokensOf } from './token-ids.ts';

/** GPT-2's pattern, also used by `ByteLevel`. */
const PATTERN = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/u.source;

/** Options that change the merging, each with its neutral values. */
const PLAIN: readonly (readonly [name: string, ...values: unknown[]])[] = [
  ['dropout', null, 0],
  ['continuing_subword_prefix', null, ''],
  ['end_of_word_suffix', null, ''],
  ['byte_fallback', false, null],
  ['ignore_merges', false, null],
];

/** Reads byte-level BPE with GPT-2's pattern. All 256 bytes must be tokens, so there is no unknown token. */
export function readBPE(where: string, file: Part, model: Part): TextCodec {
  for (const [name, ...values] of PLAIN) {
    const value = model[name];
    if (value !== undefined && !values.includes(value))
      throw unsupported(where, name, value, String(values[0]));
  }
  const prefixSpace = readPreTokenizer(where, file.pre_tokenizer);
  for (const name of ['decoder', 'post_processor']) {
    const part = file[name] ?? null;
    if (part !== null && partOf(part)?.type !== 'ByteLevel') {
      throw unsupported(where, name.replace('_', '-'), part, 'ByteLevel or null');
    }
  }
  const merges = readMerges(where, model.merges);
  const tokens = tokensOf(where, file, model);
  const hasEnd = tokens.at(-1) === END;
  const pieces = hasEnd ? tokens.slice(0, -1) : tokens;
  const tokenizer = bpeTokenizer(where, { merges, pieces, prefixSpace });
  const vocabulary = tokenizer.fixedVocabulary()!;
  return { tokenizer, vocabulary: hasEnd ? vocabulary.withEnd() : vocabulary };
}

/** Reads whether a space is added before a text. */
function readPreTokenizer(where: string, value: unknown): boolean {
  const {
    type,
    pretokenizers,
    add_prefix_space: prefix = true,
    use_regex: cuts = true,
  } = partOf(value) ?? {};
  if (type === 'ByteLevel' && cuts === true) return prefix === true;
  const [split, bytes, ...more] = type === 'Sequence' && Array.isArray(pretokenizers) ? pretokenizers : [];
  const { add_prefix_space: inner, use_regex: again, type: last } = partOf(bytes) ?? {};
  const isSame = isPattern(split) && last === 'ByteLevel' && inner === false && again === false;
  if (isSame && more.length === 0) return false;
  throw unsupported(
    where,
    'pre-tokenizer',
    value,
    "ByteLevel, or a Split by GPT-2's pattern and ByteLevel without one",
  );
}

function isPattern(value: unknown): boolean {
  const { type, pattern, behavior, invert } = partOf(value) ?? {};
  return (
    type === 'Split' && partOf(pattern)?.Regex === PATTERN && behavior === 'Isolated' && invert === false
  );
}
