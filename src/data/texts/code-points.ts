import { isEscape } from './write-bytes.ts';

/** Length of a text in Unicode code points, as Python counts it. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Length of a text in UTF-8 bytes. A lone surrogate counts as U+FFFD, except U+DC80 to U+DCFF, which each encode one byte. */
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
