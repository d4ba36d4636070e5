import { classOf, ESCAPE, SPACE } from './character-classes.ts';

const BLANK = 0x20;
const APOSTROPHE = 0x27;

/**
 * The end of the pre-token that begins at `at`, by GPT-2's pattern. Merges never cross a pre-token boundary.
 *
 * `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
 *
 * An invalid byte, a lone surrogate U+DC80 to U+DCFF, is a pre-token of its own.
 * @param to the end of the text
 */
export function preTokenEnd(text: string, at: number, to: number = text.length): number {
  let unit = text.charCodeAt(at);
  if (unit === APOSTROPHE) {
    const end = contractionEnd(text, at);
    if (end > 0 && end <= to) return end;
  }
  let from = at;
  if (unit === BLANK && at + 1 < to) unit = text.charCodeAt(++from);
  const kind = classOf(isSurrogate(unit) ? text.codePointAt(from)! : unit);
  if (kind === ESCAPE) return at + 1;
  if (kind !== SPACE) return runEnd(text, from, to, kind);
  const end = runEnd(text, at, to, SPACE);
  // The last of several spaces belongs to the next pre-token.
  return end === to || end === at + 1 ? end : end - 1;
}

/** The start of the last pre-token that further letters could change. */
export function lastPreTokenStart(text: string): number {
  let [before, start] = [0, 0];
  for (let end = lastSpacesStart(text); end < text.length; ) {
    [before, start] = [start, end];
    end = preTokenEnd(text, end);
  }
  // `'r` becomes `'re`.
  return /^'[rvl]$/.test(text.slice(before)) ? before : start;
}

/** The start of the last run of white space, a pre-token boundary whatever follows the text; 0 if there is none. */
export function lastSpacesStart(text: string): number {
  let at = text.length;
  while (at > 0 && classOf(text.charCodeAt(at - 1)) !== SPACE) at--;
  while (at > 0 && classOf(text.charCodeAt(at - 1)) === SPACE) at--;
  return at;
}

/** The end of a contraction (`'s`, `'re` …); −1 if there is none. */
function contractionEnd(text: string, at: number): number {
  switch (text.charAt(at + 1)) {
    case 's':
    case 't':
    case 'm':
    case 'd':
      return at + 2;
    case 'r':
    case 'v':
      return text.charAt(at + 2) === 'e' ? at + 3 : -1;
    case 'l':
      return text.charAt(at + 2) === 'l' ? at + 3 : -1;
    default:
      return -1;
  }
}

function runEnd(text: string, from: number, to: number, kind: number): number {
  let at = from;
  for (; at < to; at++) {
    const unit = text.charCodeAt(at);
    if (!isSurrogate(unit)) {
      if (classOf(unit) !== kind) break;
      continue;
    }
    const point = text.codePointAt(at)!;
    if (classOf(point) !== kind) break;
    if (point > 0xffff) at++;
  }
  return at;
}

function isSurrogate(unit: number): boolean {
  return (unit & 0xf800) === 0xd800;
}
