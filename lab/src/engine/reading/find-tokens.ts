import { readableToken, type SavedModel } from 'unrolled';
import type { VocabularyToken } from './calls.ts';

const MOST_FOUND = 20;

/**
 * The tokens whose readable form contains some letters: equal ones first, then those that begin with them, then the others. Letters
 * that no token contains are shortened until some token begins with them.
 */
export function findTokens(saved: SavedModel, letters: string): readonly VocabularyToken[] {
  const tokens = saved.vocabulary.tokens.map((token, id) => ({ id, token, text: readableToken(id, saved) }));
  const found = tokensBy(tokens, (text) => likeness(text, letters));
  for (let length = letters.length - 1; found.length === 0 && length > 0; length--)
    found.push(...tokensBy(tokens, (text) => beginning(text, letters.slice(0, length))));
  return found.slice(0, MOST_FOUND);
}

/** The tokens in the order of their groups, each group by id; without those that have none. */
function tokensBy(tokens: readonly VocabularyToken[], groupOf: (text: string) => number | null) {
  const groups: VocabularyToken[][] = [[], [], [], []];
  for (const token of tokens) {
    const group = groupOf(token.text);
    if (group !== null) groups[group].push(token);
  }
  return groups.flat();
}

/** 0: the same characters; 1: the same but for case and the space before a word; 2: begins with the letters; 3: contains them. */
function likeness(text: string, letters: string): number | null {
  if (text === letters) return 0;
  const begins = beginning(text, letters);
  if (begins !== null && text.trim().length === letters.trim().length) return 1;
  return begins ?? (text.toLowerCase().includes(letters.toLowerCase()) ? 3 : null);
}

/** 2 for a token that begins with letters. A space before a word counts only where the letters have one. */
function beginning(text: string, letters: string): number | null {
  const word = letters.startsWith(' ') ? text : text.trimStart();
  return word.toLowerCase().startsWith(letters.toLowerCase()) ? 2 : null;
}
