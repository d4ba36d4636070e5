import type { EncodedToken, TextCodec } from '../../../data/text-codec.ts';
import { count, percent } from '../../terminal/format.ts';
import { pairs, table } from '../../terminal/table.ts';

/** Totals of the tokens of a text. */
export type TokenTotals = {
  readonly tokens: number;
  /** Number of distinct tokens in the text. */
  readonly different: number;
  /** Vocabulary size. */
  readonly vocabulary: number;
  readonly bytes: number;
  readonly bytesPerToken: number;
  /** Number of tokens outside the vocabulary. */
  readonly unknown: number;
};

/** Counts the tokens of a text that arrives in parts. */
export class TokenCounts {
  readonly #codec: TextCodec;
  readonly #counts: Float64Array;
  #unknown = 0;
  #bytes = 0;

  constructor(codec: TextCodec) {
    this.#codec = codec;
    this.#counts = new Float64Array(codec.vocabulary.size);
  }

  /** @param bytes length of the tokens' text, in bytes */
  add(tokens: readonly EncodedToken[], bytes: number): void {
    for (const { id, known } of tokens) {
      this.#counts[id]++;
      if (!known) this.#unknown++;
    }
    this.#bytes += bytes;
  }

  get totals(): TokenTotals {
    const tokens = this.#counts.reduce((sum, n) => sum + n, 0);
    return {
      tokens,
      different: this.#counts.reduce((sum, n) => sum + Math.min(n, 1), 0),
      vocabulary: this.#codec.vocabulary.size,
      bytes: this.#bytes,
      bytesPerToken: this.#bytes / tokens,
      unknown: this.#unknown,
    };
  }

  /** The most frequent tokens; ties are ordered by id. */
  top(most: number): { readonly id: number; readonly token: string; readonly count: number }[] {
    const { vocabulary } = this.#codec;
    const ids = Array.from(this.#counts.keys()).filter((id) => this.#counts[id] > 0);
    ids.sort((a, b) => this.#counts[b] - this.#counts[a] || a - b);
    return ids.slice(0, most).map((id) => ({ id, token: vocabulary.tokenOf(id), count: this.#counts[id] }));
  }
}

export function describeTotals({
  tokens,
  different,
  vocabulary,
  bytes,
  bytesPerToken,
  unknown,
}: TokenTotals): string {
  const share = unknown === 0 ? '0' : `${count(unknown)} (${percent(unknown / tokens)})`;
  return pairs([
    ['tokens', `${count(tokens)}; ${count(different)} distinct of ${count(vocabulary)}`],
    ['bytes', count(bytes)],
    ['bytes per token', tokens === 0 ? '—' : bytesPerToken.toFixed(2)],
    ['unknown', share],
  ]);
}

export function describeTop(rows: ReturnType<TokenCounts['top']>, tokens: number): string {
  const lines = rows.map(({ id, token, count: n }) => [
    JSON.stringify(token),
    `${id}`,
    count(n),
    percent(n / tokens),
  ]);
  return table([['token', 'id', 'count', 'share'], ...lines]);
}
