import { readableToken, type TextCodec } from 'unrolled';
import type { MatchingToken, VocabularyToken } from './calls.ts';

/** The tokens of a vocabulary, to be searched: without regard to case, and Hangul by its letters. */
export class TokenSearch {
  readonly tokens: readonly VocabularyToken[];
  readonly #folded: readonly string[];

  constructor(codec: TextCodec) {
    this.tokens = codec.vocabulary.tokens.map((_, id) => ({
      id,
      token: readableToken(id, codec, (hex) => `⟨${hex}⟩`),
    }));
    this.#folded = this.tokens.map(({ token }) => folded(token));
  }

  /** Equal tokens, then those that begin with the query, then those that contain it; each in the given order. */
  find(query: string, order: readonly number[], most: number): MatchingToken[] {
    const wanted = folded(query);
    const found: MatchingToken[][] = [[], [], []];
    for (const id of order) {
      const text = this.#folded[id];
      const kind = text === wanted ? 0 : text.startsWith(wanted) ? 1 : text.includes(wanted) ? 2 : null;
      if (kind !== null && found[kind].length < most) {
        found[kind].push({ ...this.tokens[id], isEqual: kind === 0 });
      }
    }
    return found.flat().slice(0, most);
  }
}

/** NFD writes a syllable as its letters, so that one that is half typed matches. A space before the word does not count. */
function folded(text: string): string {
  const form = text.normalize('NFD').toLowerCase();
  return form.trim() === '' ? form : form.trim();
}
