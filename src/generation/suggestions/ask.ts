import type { TextCodec } from '../../data/text-codec.ts';
import { type Prefix, readPrefix, type Suggestions, suggestionsOf } from './next-tokens.ts';
import type { PieceTree, Read } from './piece-tree.ts';
import { hasPieces, Pieces } from './pieces.ts';
import type { Search } from './spellings.ts';
import { readTyped, type Typed } from './typed.ts';
import { wordsAfter } from './word-search.ts';

/** A text while somebody types: as pieces where the tokens are pieces. */
export type Question = Prefix | Typed;

export function readQuestion(text: string, codec: TextCodec): Question {
  return hasPieces(codec.tokenizer) ? readTyped(text, codec) : readPrefix(text, codec);
}

/** The suggestions of a question whose context the tree has; asks for paths to be read only where tokens are pieces. */
export function* answer(
  question: Question,
  count: number,
  tree: PieceTree,
  codec: TextCodec,
): Search<Suggestions> {
  if ('bytes' in question) return yield* wordsAfter(tree, Pieces.of(codec), question, count);
  return suggestionsOf((tree.root.read as Read).probs, question.half, count, codec.vocabulary);
}
