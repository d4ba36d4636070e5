import { UnrolledError } from '../../errors.ts';
import { wrongKind } from '../../kinds.ts';

export function checkSize(maxSize: number = Infinity): void {
  if (maxSize === Infinity || (Number.isSafeInteger(maxSize) && maxSize > 0)) return;
  throw new UnrolledError(
    'option-value',
    `Vocabulary.build: maxSize is ${maxSize}; it must be a positive integer. Leave it out for no limit.`,
  );
}

export function checkTokens(tokens: readonly string[], unknown: string | null): void {
  if (unknown !== null && typeof unknown !== 'string') {
    throw wrongKind('Vocabulary', 'the unknown token', unknown, 'a string or null', 'Pass null for none.');
  }
  if (!Array.isArray(tokens)) {
    throw wrongKind('Vocabulary', 'the tokens', tokens, 'a list of strings', 'Pass [...tokens].');
  }
  if (tokens.length === 0) {
    throw new UnrolledError(
      'text-empty',
      'Vocabulary: there are no tokens; it needs at least one. Use a text that is not empty.',
    );
  }
  const seen = new Set<string>();
  for (const [id, token] of tokens.entries()) {
    if (typeof token !== 'string') {
      throw new UnrolledError(
        'vocabulary',
        `Vocabulary: token ${id} is not a string; tokens must be strings. Correct the list.`,
      );
    }
    if (seen.has(token)) {
      throw new UnrolledError(
        'vocabulary',
        `Vocabulary: token ${id} repeats ${JSON.stringify(token)}; tokens must be distinct. Correct the list.`,
      );
    }
    seen.add(token);
  }
  if (unknown !== null && !seen.has(unknown)) {
    throw new UnrolledError(
      'vocabulary',
      `Vocabulary: the unknown token ${JSON.stringify(unknown)} is not in the list; it must be. Add it, or pass null.`,
    );
  }
}

export function vocabularyTooSmall(size: number, maxSize: number): UnrolledError {
  return new UnrolledError(
    'option-conflict',
    `Vocabulary.build: the text has ${size} distinct tokens, maxSize is ${maxSize}; the others need an unknown ` +
      "token. Set unknown: '<unk>', or a larger maxSize.",
  );
}

export function unknownTokenError(token: string, at: number): UnrolledError {
  const shown = JSON.stringify(token.length > 60 ? `${token.slice(0, 60)}…` : token);
  return new UnrolledError(
    'token-unknown',
    `Vocabulary: token ${at} of the text is ${shown}; it must be in the vocabulary, which has no unknown token. ` +
      "Remove it from the text, or build the vocabulary with unknown: '<unk>'.",
  );
}
