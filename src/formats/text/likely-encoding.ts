import { openDecoder } from './decoders.ts';

/** Size of the sample, in bytes. */
const SAMPLE = 2 ** 14;
/** Characters that don't occur in text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells bytes from text
const CONTROLS = /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd\ue000-\uf8ff]/;

/** An encoding, the script that identifies it, and the minimum fraction of non-ASCII characters in that script. */
interface Candidate {
  readonly encoding: string;
  readonly script: RegExp;
  readonly share: number;
}

/** The order matters: kana identify Japanese, and text that decodes to Hangul only is hardly Chinese. */
const CANDIDATES: readonly Candidate[] = [
  { encoding: 'shift_jis', script: /[\u3040-\u30ff]/g, share: 0.25 },
  { encoding: 'euc-jp', script: /[\u3040-\u30ff]/g, share: 0.25 },
  { encoding: 'euc-kr', script: /[\uac00-\ud7a3]/g, share: 0.85 },
  { encoding: 'gb18030', script: /[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]/g, share: 0.9 },
  { encoding: 'big5', script: /[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]/g, share: 0.9 },
  // Adjacent lower-case letters, unlike accented Latin letters. In the other Cyrillic encoding they would be capitals.
  { encoding: 'windows-1251', script: /[\u0430-\u044f]{2,}/g, share: 0.6 },
  { encoding: 'koi8-r', script: /[\u0430-\u044f]{2,}/g, share: 0.6 },
];

/** Western European letters and typographic punctuation. */
const WESTERN =
  /[\xc0-\xd6\xd8-\xf6\xf8-\xff\xa0-\xbf\u2010-\u20ac\u0152\u0153\u0160\u0161\u0178\u017d\u017e]/g;

/** The likely encoding of text that is not UTF-8, as TextDecoder names it; null if it doesn't look like text. */
export function likelyEncoding(bytes: Uint8Array): string | null {
  const sample = sampleOf(bytes);
  for (const { encoding, script, share } of CANDIDATES) {
    const text = decoded(encoding, sample);
    if (text === null) continue;
    const beyond = lengthBeyondAscii(text);
    if (beyond > 0 && countOf(text, script) >= share * beyond && isFullWidth(encoding, sample))
      return encoding;
  }
  const text = decoded('windows-1252', sample);
  const beyond = text === null ? 0 : lengthBeyondAscii(text);
  const isWestern =
    text !== null && beyond > 0 && beyond < text.length / 2 && countOf(text, WESTERN) >= 0.9 * beyond;
  return isWestern ? 'windows-1252' : null;
}

/** Whether bytes that are invalid in another encoding are text in UTF-8. */
export function looksLikeUtf8(bytes: Uint8Array): boolean {
  return decoded('utf-8', sampleOf(bytes)) !== null;
}

/** Complete lines, if there are any, from the one with the first non-ASCII byte. */
function sampleOf(bytes: Uint8Array): Uint8Array {
  const first = Math.max(
    0,
    bytes.findIndex((byte) => byte >= 0x80),
  );
  const from = bytes.lastIndexOf(10, first) + 1;
  const part = bytes.subarray(from, from + SAMPLE);
  const end = from + SAMPLE < bytes.length ? part.lastIndexOf(10) + 1 : part.length;
  return part.subarray(0, end || part.length);
}

/** Null for invalid bytes or control characters. An incomplete character at the end is ignored. */
function decoded(encoding: string, bytes: Uint8Array): string | null {
  const decoder = openDecoder(encoding);
  for (let end = bytes.length; decoder && end > bytes.length - 3; end--) {
    const part = bytes.subarray(0, end);
    if (!decoder.accepts(part, true)) continue;
    const text = decoder.decode(part);
    return CONTROLS.test(text) ? null : text;
  }
  return null;
}

/** GB18030 maps nearly any two bytes to a character. Chinese text in it mostly uses GB 2312; otherwise it is Big5. */
function isFullWidth(encoding: string, bytes: Uint8Array): boolean {
  if (encoding !== 'gb18030') return true;
  let high = 0;
  let second = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] < 0x80) continue;
    high++;
    if (bytes[++at] >= 0xa1) second++;
  }
  return second >= 0.95 * high;
}

function lengthBeyondAscii(text: string): number {
  return countOf(text, /[^\0-\x7f]/g);
}

/** Number of characters in matches. */
function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.join('').length ?? 0;
}
