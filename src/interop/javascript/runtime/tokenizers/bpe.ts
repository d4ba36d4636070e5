import { writeBytes } from '../../../../data/texts/write-bytes.ts';
import { BYTES_IN_ORDER, bytesOfPiece, spellByte } from '../../../../data/tokenizers/bpe/alphabet.ts';
import { mergeLong } from '../../../../data/tokenizers/bpe/merging/merge-long.ts';
import type { RankedMerges } from '../../../../data/tokenizers/bpe/merging/merge-rules.ts';
import { preTokenEnd } from '../../../../data/tokenizers/bpe/pre-tokens/pre-tokens.ts';
import { Utf8Decoder } from '../../../../data/tokenizers/utf8-decoder.ts';
import type { Tokenizer } from '../text/codec.ts';

/**
 * Byte-level BPE: the bytes of a pre-token are merged pair by pair.
 * @param merges the pairs in order of priority, such as `t h`, in GPT-2's byte alphabet
 * @param pieces the bytes and the results of the merges
 * @param prefixSpace whether a space is added before a text without one
 */
export function bpeTokenizer(
  merges: readonly string[],
  pieces: readonly string[] = bpePieces(merges),
  prefixSpace: boolean = false,
): Tokenizer {
  const ids = new Map(pieces.map((piece, id) => [piece, id]));
  const rules = rulesOf(merges, ids);
  const cache = new Map<string, string[]>();
  const cut = (preToken: string) => {
    const bytes = new Uint8Array(3 * preToken.length);
    const count = writeBytes(preToken, 0, preToken.length, bytes, 0);
    const merged = Int32Array.from(bytes.subarray(0, count), (byte) => ids.get(spellByte(byte))!);
    return Array.from(merged.subarray(0, mergeLong(merged, count, rules)), (id) => pieces[id]);
  };
  return {
    *tokens(given) {
      const text = prefixSpace && given !== '' && !given.startsWith(' ') ? ` ${given}` : given;
      for (let at = 0, end = 0; at < text.length; at = end) {
        end = preTokenEnd(text, at);
        const preToken = text.slice(at, end);
        const found = cache.get(preToken) ?? cut(preToken);
        if (cache.size < 10_000 && preToken.length < 20) cache.set(preToken, found);
        yield* found;
      }
    },
    decoder: () => new Utf8Decoder(bytesOfPiece),
  };
}

/** The pieces that follow from the merges: the bytes by their spelling, then the results. */
export function bpePieces(merges: readonly string[]): string[] {
  return [...new Set([...BYTES_IN_ORDER.map(spellByte), ...merges.map((pair) => pair.replace(' ', ''))])];
}

function rulesOf(merges: readonly string[], ids: ReadonlyMap<string, number>): RankedMerges {
  const pairs = merges.map((pair) => pair.split(' ').map((piece) => ids.get(piece)!));
  const keyOf = (left: number, right: number) => left * ids.size + right;
  const ranks = new Map(pairs.map(([left, right], rank) => [keyOf(left, right), rank]));
  const results = merges.map((pair) => ids.get(pair.replace(' ', ''))!);
  return {
    rankOf: (left, right) => ranks.get(keyOf(left, right)) ?? -1,
    resultOf: (rank) => results[rank],
  };
}
