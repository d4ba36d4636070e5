import type { IntList } from '../../int-list.ts';
import { Vocabulary } from '../../vocabulary/vocabulary.ts';
import { builtIn, type Tokenizer, type TokenizerJSON, type TokenSpan } from '../tokenizer.ts';
import { Utf8Decoder } from '../utf8-decoder.ts';
import { bytesOfPiece, spellByte } from './alphabet.ts';
import { Encoder } from './merging/encoder.ts';
import { pieceSpans } from './piece-spans.ts';
import { checkPieces, type Merge, piecesOf } from './pieces.ts';
import { lastPreTokenStart, preTokenEnd } from './pre-tokens/pre-tokens.ts';

/** The parameters of a byte-level BPE tokenizer. */
export interface BPEParts {
  /** The merges in order of priority, of pieces in GPT-2's byte alphabet. */
  readonly merges: readonly Merge[];
  /** All tokens in order of their ids. Default: the 256 bytes sorted by spelling, then the results of the merges. */
  readonly pieces?: readonly string[] | undefined;
  /** Whether a space is added before a text that does not begin with one. Default false. */
  readonly prefixSpace?: boolean | undefined;
}

/**
 * Creates a byte-level BPE tokenizer (Sennrich et al. 2016, with GPT-2's byte alphabet and pre-tokenisation): the bytes of a
 * pre-token are merged pair by pair, in the order of the merges. Every text can be encoded, and different texts differ in tokens.
 * @throws UnrolledError for inconsistent parameters
 */
export function bpeTokenizer(where: string, { merges, pieces, prefixSpace = false }: BPEParts): Tokenizer {
  const checked = checkPieces(where, merges, pieces);
  const encoder = new Encoder(checked.rules, checked.bytes);
  const lineEnd = spellByte(10);
  const vocabulary = Vocabulary.fromTokens(checked.pieces, null, checked.bytes[10]);
  const prefixOf = (text: string) => (prefixSpace && text !== '' && !text.startsWith(' ') ? ' ' : '');

  return builtIn({
    kind: 'bpe',
    unit: 'piece',
    wholeWords: false,
    granularity: 'word',
    lineEnd,
    prefixSpace,
    fixedVocabulary: () => vocabulary,

    *tokenize(given: string): Iterable<string> {
      const text = prefixOf(given) + given;
      for (let at = 0; at < text.length; ) {
        const end = preTokenEnd(text, at);
        // A copy, because the encoder may be used for another text before this loop ends.
        for (const id of encoder.idsOf(text, at, end).slice()) yield vocabulary.tokens[id];
        at = end;
      }
    },

    encode(text: string, ids: IntList): void {
      encoder.encode(prefixOf(text) + text, ids);
    },

    spans(text: string): Iterable<TokenSpan> {
      return pieceSpans(text, this.tokenize(text), prefixOf(text).length);
    },

    bytesOf: bytesOfPiece,
    decoder: () => new Utf8Decoder(bytesOfPiece),
    readableDecoder: () => new Utf8Decoder(bytesOfPiece),
    partial: lastPreTokenStart,
    endsWithSpace: () => false,
    toJSON: () => jsonOf(merges, checked.pieces, prefixSpace),
  });
}

/** Omits the pieces if they follow from the merges. */
function jsonOf(merges: readonly Merge[], pieces: readonly string[], prefixSpace: boolean): TokenizerJSON {
  const derived = piecesOf(merges);
  const isDerived = pieces.length === derived.length && pieces.every((piece, id) => piece === derived[id]);
  return {
    kind: 'bpe',
    merges: merges.map(([left, right]) => `${left} ${right}`),
    ...(!isDerived && { pieces }),
    ...(prefixSpace && { prefixSpace }),
  };
}
