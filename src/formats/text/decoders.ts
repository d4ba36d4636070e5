import { escapedText } from './escaped-bytes.ts';
import { extendedKorean } from './extended-korean.ts';

/** The name of the encoding that accepts any bytes: invalid UTF-8 becomes lone surrogates. */
export const BYTES = 'bytes';

/** Maximum number of bytes to buffer without a newline, in encodings whose character ends can't be found otherwise. */
const MAX_HELD = 2 ** 20;
/** Maximum length of an incomplete character in any encoding, in bytes. */
const MAX_INCOMPLETE = 3;
const NEWLINE = 10;

/** Decodes one encoding. */
export interface Decoder {
  /** Its name as in TextDecoder, or `bytes`. */
  readonly encoding: string;
  /** Whether a NUL byte is the character NUL, which text doesn't contain. False for UTF-16 and `bytes`. */
  readonly hasNul: boolean;
  /** Length in bytes of the longest prefix of complete characters. */
  completeLength(bytes: Uint8Array): number;
  /** Decodes bytes and keeps a byte order mark. Throws TypeError for invalid bytes. */
  decode(bytes: Uint8Array): string;
  /** Whether the bytes are valid text; with `isWhole` false, the last character may be incomplete. */
  accepts(bytes: Uint8Array, isWhole: boolean): boolean;
}

/** The decoder for a TextDecoder label, or for `bytes`; null for an unknown label. */
export function openDecoder(label: string): Decoder | null {
  if (label === BYTES) {
    const any = { encoding: BYTES, hasNul: false, decode: escapedText, accepts: () => true };
    return { ...any, completeLength: (bytes) => bytes.length - incompleteTail(bytes) };
  }
  try {
    return strictDecoder(new TextDecoder(label, { fatal: true, ignoreBOM: true }));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function strictDecoder(strict: TextDecoder): Decoder {
  const { encoding } = strict;
  const plain = (bytes: Uint8Array) => strict.decode(bytes);
  const decode = (bytes: Uint8Array) => mended(encoding, plain, bytes);
  const isText = (bytes: Uint8Array) => {
    try {
      decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  const accepts = (bytes: Uint8Array, isWhole: boolean) =>
    isWhole ? isText(bytes) : wholeStart(bytes, isText) !== null;
  const isWide = encoding.startsWith('utf-16');
  const completeLength = isWide
    ? (bytes: Uint8Array) => wholeUnits(bytes, encoding === 'utf-16be')
    : encoding === 'utf-8'
      ? (bytes: Uint8Array) => bytes.length - incompleteTail(bytes)
      : (bytes: Uint8Array) => wholeLines(bytes, isText);
  return { encoding, hasNul: !isWide, completeLength, decode, accepts };
}

/** Number of bytes of an incomplete UTF-8 character at the end. */
function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue; // inside a character
    const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return length > back ? back : 0;
  }
  return 0;
}

/** Length in bytes without an incomplete UTF-16 unit or an unpaired high surrogate at the end. */
function wholeUnits(bytes: Uint8Array, bigEndian: boolean): number {
  const whole = bytes.length - (bytes.length % 2);
  const high = bytes[bigEndian ? whole - 2 : whole - 1];
  return whole > 0 && high >= 0xd8 && high < 0xdc ? whole - 2 : whole;
}

/** Length up to the last newline, which is never part of another character in an encoding that extends ASCII. */
function wholeLines(bytes: Uint8Array, isText: (bytes: Uint8Array) => boolean): number {
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  if (end > 0 || bytes.length < MAX_HELD) return end;
  return wholeStart(bytes, isText) ?? bytes.length;
}

/** Length of the valid text, without an incomplete character at the end; null if the bytes are invalid. */
function wholeStart(bytes: Uint8Array, isText: (bytes: Uint8Array) => boolean): number | null {
  for (let end = bytes.length; end >= Math.max(0, bytes.length - MAX_INCOMPLETE); end--) {
    if (isText(bytes.subarray(0, end))) return end;
  }
  return null;
}

/** The characters of windows-1252 at the control codes of ISO-8859-1. */
const WINDOWS = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** Decodes as the Encoding Standard requires; some versions of Node deviate in two encodings. */
function mended(encoding: string, plain: (bytes: Uint8Array) => string, bytes: Uint8Array): string {
  if (encoding === 'windows-1252') {
    return plain(bytes).replace(/[\x80-\x9f]/g, (control) => WINDOWS[control.charCodeAt(0) - 0x80]);
  }
  return encoding === 'euc-kr' ? extendedKorean(bytes, plain) : plain(bytes);
}
