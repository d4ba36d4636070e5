const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CODES: Uint8Array = bytesOf(ALPHABET);
const [BEGIN, END, PADDING] = ['"', '",\n', '='].map(bytesOf);

/** Bytes per string, 1,200 characters. V8 parses one long string or template in ten times the time. */
const LINE = 900;

/** Bytes as the source text, in ASCII, of the elements of an array: strings of base64, one per line. */
export function base64Strings(bytes: Uint8Array): Uint8Array {
  const lines = Math.ceil(bytes.length / LINE);
  const text = new Uint8Array(4 * Math.ceil(bytes.length / 3) + lines * (BEGIN.length + END.length));
  let to = 0;
  for (let at = 0; at < bytes.length; at += 3) {
    const isFirst = at % LINE === 0;
    const isLast = (at + 3) % LINE === 0 || at + 3 >= bytes.length;
    if (isFirst) {
      text.set(BEGIN, to);
      to += BEGIN.length;
    }
    const bits = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
    for (let shift = 18; shift >= 0; shift -= 6) text[to++] = CODES[(bits >> shift) & 63];
    if (isLast) {
      text.set(END, to);
      to += END.length;
    }
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  text.fill(PADDING[0], to - END.length - missing, to - END.length);
  return text;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
