import type { TextCodec } from '../../data/text-codec.ts';
import { type Prefix, readPrefix, type Suggestions, suggestionsOf } from './next-tokens.ts';
import type { PathOutput, PieceTree } from './piece-tree.ts';
import { hasPieces, Pieces } from './pieces.ts';
import type { Search } from './spellings.ts';
import { readTypedPrefix, type TypedPrefix } from './typed-prefix.ts';
import { wordsAfter } from './word-search.ts';

/** A partly typed text, prepared for suggestions. */
export type Query = Prefix | TypedPrefix;

export function readQuery(text: string, codec: TextCodec): Query {
  return hasPieces(codec.tokenizer) ? readTypedPrefix(text, codec) : readPrefix(text, codec);
}

/** The suggestions for a query whose context is the root of the tree. For BPE, yields paths to read. */
export function* answerQuery(
  query: Query,
  count: number,
  tree: PieceTree,
  codec: TextCodec,
): Search<Suggestions> {
  if ('bytes' in query) return yield* wordsAfter(tree, Pieces.of(codec), query, count);
  return suggestionsOf((tree.root.read as PathOutput).probs, query.half, count, codec.vocabulary);
}
