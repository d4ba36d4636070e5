const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CODES: Uint8Array = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const [NEWLINE, PADDING] = ['\n', '='].map((character) => character.charCodeAt(0));

/** Bytes per line: 120 characters. */
const LINE = 90;

/** Base64 in lines, as ASCII. */
export function base64Lines(bytes: Uint8Array): Uint8Array {
  const lines = Math.ceil(bytes.length / LINE);
  const text = new Uint8Array(4 * Math.ceil(bytes.length / 3) + lines);
  let to = 0;
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const bits = (a << 16) | (b << 8) | c;
    for (let shift = 18; shift >= 0; shift -= 6) text[to++] = CODES[(bits >> shift) & 63];
    if ((at + 3) % LINE === 0 || at + 3 >= bytes.length) text[to++] = NEWLINE;
  }
  const missing = (3 - (bytes.length % 3)) % 3;
  text.fill(PADDING, to - 1 - missing, to - 1);
  return text;
}
