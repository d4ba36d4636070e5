/** An invalid byte becomes a lone surrogate U+DC80 to U+DCFF, which valid text can't contain. */
const ESCAPE = 0xdc00;
/** Maximum number of arguments of one call. */
const CALL = 2 ** 13;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decodes any bytes as UTF-8; invalid bytes become lone surrogates, as with Python's `surrogateescape`. */
export function escapedText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return textOfUnits(unitsOf(bytes));
  }
}

/** The UTF-16 units of the text, at most as many as bytes. */
function unitsOf(bytes: Uint8Array): Uint16Array {
  const units = new Uint16Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; ) {
    const size = characterBytes(bytes, at);
    const code = size === 0 ? ESCAPE + bytes[at] : codePoint(bytes, at, size);
    at += size || 1;
    if (code < 0x10000) units[length++] = code;
    else {
      units[length++] = 0xd7c0 + (code >> 10);
      units[length++] = ESCAPE + (code & 0x3ff);
    }
  }
  return units.subarray(0, length);
}

/** Length in bytes of the character at a position; 0 if it is invalid. Bounds from the Unicode Standard, table 3-7. */
function characterBytes(bytes: Uint8Array, at: number): number {
  const lead = bytes[at];
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const from = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const to = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  const second = bytes[at + 1];
  if (!(second >= from && second <= to)) return 0;
  for (let i = 2; i < size; i++) if ((bytes[at + i] & 0xc0) !== 0x80) return 0;
  return size;
}

function codePoint(bytes: Uint8Array, at: number, size: number): number {
  if (size === 1) return bytes[at];
  let code = bytes[at] & (0xff >> (size + 1));
  for (let i = 1; i < size; i++) code = (code << 6) | (bytes[at + i] & 0x3f);
  return code;
}

function textOfUnits(units: Uint16Array): string {
  let text = '';
  for (let at = 0; at < units.length; at += CALL) {
    text += String.fromCharCode(...units.subarray(at, at + CALL));
  }
  return text;
}
