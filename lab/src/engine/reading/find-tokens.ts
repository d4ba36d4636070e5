import { readableToken, type SavedModel } from 'unrolled';
import type { VocabularyToken } from './calls.ts';

const MOST_FOUND = 20;

/** The tokens whose readable form contains some letters: an equal one first, then those that begin with them, then the others. */
export function findTokens(saved: SavedModel, letters: string): readonly VocabularyToken[] {
  const wanted = letters.toLowerCase();
  const groups: VocabularyToken[][] = [[], [], []];
  saved.vocabulary.tokens.forEach((token, id) => {
    const text = readableToken(id, saved);
    const at = text.toLowerCase().trimStart().indexOf(wanted);
    if (at < 0) return;
    const group = at > 0 ? 2 : text.trim().length === wanted.length ? 0 : 1;
    groups[group].push({ id, token, text });
  });
  return groups.flat().slice(0, MOST_FOUND);
}
