import type { IntList } from '../../int-list.ts';
import { Vocabulary } from '../../vocabulary/vocabulary.ts';
import { builtIn, type Tokenizer, type TokenizerJSON, type TokenSpan } from '../tokenizer.ts';
import { Utf8Decoder } from '../utf8-decoder.ts';
import { bytesOfPiece, spellByte } from './alphabet.ts';
import { Encoder } from './merging/encoder.ts';
import { pieceSpans } from './piece-spans.ts';
import { checkPieces, type Merge, piecesOf } from './pieces.ts';
import { lastPreTokenStart, preTokenEnd } from './pre-tokens/pre-tokens.ts';

/** What a byte-level BPE tokenizer is made of. */
export interface BPEParts {
  /** Pieces in GPT-2's spelling of bytes. */
  readonly merges: readonly Merge[];
  /** Every token, its place being its id. Default: the 256 bytes in the order of their spellings, then what the merges make. */
  readonly pieces?: readonly string[] | undefined;
  /** Whether a text that begins with no space is read as if one stood before it. Default false. */
  readonly prefixSpace?: boolean | undefined;
}

/**
 * Byte-level BPE (Sennrich et al. 2016, with the bytes and the pre-tokens of GPT-2): a pre-token's bytes are merged pair by pair, the
 * pair of the earliest merge first. Every text has tokens, and no two texts the same ones.
 * @throws UnrolledError for parts that contradict each other
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
        // A copy: the next pre-token of another text may be asked for before this one's end.
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

/** Without the pieces where the merges say them. */
function jsonOf(merges: readonly Merge[], pieces: readonly string[], prefixSpace: boolean): TokenizerJSON {
  const usual = piecesOf(merges);
  const isUsual = pieces.length === usual.length && pieces.every((piece, id) => piece === usual[id]);
  return {
    kind: 'bpe',
    merges: merges.map(([left, right]) => `${left} ${right}`),
    ...(!isUsual && { pieces }),
    ...(prefixSpace && { prefixSpace }),
  };
}
