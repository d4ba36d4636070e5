import { isEscape } from './write-bytes.ts';

/** How many Unicode code points a text has: what other languages count as its length. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** How many bytes a text has as UTF-8; a lone surrogate counts as U+FFFD, one that stands for a byte that is no UTF-8 as one. */
export function countBytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80 || isEscape(unit)) continue;
    const isPair = unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
    bytes += unit < 0x800 ? 1 : 2;
    if (isPair) i += 1;
  }
  return bytes;
}
