import { ApiError } from './api-error.ts';
import type { Limits } from './limits.ts';

/** What a token in an answer takes with its probability, and one more in its place, about. */
const TOKEN_BYTES = 100;
const ALTERNATIVE_BYTES = 50;

/** What so many tokens take in an answer, each with its probability and so many alternatives, about. */
export function notedBytes(tokens: number, alternatives: number): number {
  return tokens * (TOKEN_BYTES + alternatives * ALTERNATIVE_BYTES);
}

/** Throws for an answer that would be too long: it lies in memory until its client has read it. */
export function checkAnswer(bytes: number, { answerBytes }: Limits): void {
  if (bytes <= answerBytes) return;
  const [asked, most] = [bytes, answerBytes].map((size) => Math.ceil(size / 1e6));
  throw new ApiError(
    400,
    'answer_too_large',
    `The answer would have about ${asked} MB; this server sends ${most} at most. Ask for fewer texts, or for less of each.`,
  );
}
