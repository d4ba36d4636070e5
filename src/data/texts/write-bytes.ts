/**
 * Writes the UTF-8 of `text.slice(start, end)` into `bytes` at `at` and returns the position after it; it needs at most three
 * bytes per UTF-16 unit. A lone surrogate U+DC80 to U+DCFF is written as the byte 0x80 to 0xFF, any other one as U+FFFD.
 */
export function writeBytes(
  text: string,
  start: number,
  end: number,
  bytes: Uint8Array | Int32Array,
  at: number,
): number {
  let to = at;
  for (let from = start; from < end; from++) {
    let point = text.charCodeAt(from);
    if (point < 0x80) {
      bytes[to++] = point;
      continue;
    }
    if ((point & 0xf800) === 0xd800) {
      point = text.codePointAt(from)!;
      if (point > 0xffff) from++;
      else if (isEscape(point)) {
        bytes[to++] = point - 0xdc00;
        continue;
      } else point = 0xfffd;
    }
    if (point > 0xffff) {
      bytes[to++] = 0xf0 | (point >> 18);
      bytes[to++] = 0x80 | ((point >> 12) & 63);
      bytes[to++] = 0x80 | ((point >> 6) & 63);
    } else if (point > 0x7ff) {
      bytes[to++] = 0xe0 | (point >> 12);
      bytes[to++] = 0x80 | ((point >> 6) & 63);
    } else bytes[to++] = 0xc0 | (point >> 6);
    bytes[to++] = 0x80 | (point & 63);
  }
  return to;
}

/** Number of UTF-16 units per chunk. */
const CHUNK = 4096;

/** The UTF-8 bytes of a text in chunks, which share one array. */
export function* byteChunks(text: string): Iterable<Uint8Array> {
  const bytes = new Uint8Array(3 * CHUNK + 3);
  for (let at = 0; at < text.length; ) {
    let end = Math.min(at + CHUNK, text.length);
    // Doesn't split a surrogate pair.
    if (end < text.length && (text.charCodeAt(end) & 0xfc00) === 0xdc00) end++;
    yield bytes.subarray(0, writeBytes(text, at, end, bytes, 0));
    at = end;
  }
}

/** Whether a UTF-16 unit is a lone surrogate that encodes an invalid byte. */
export function isEscape(unit: number): boolean {
  return unit >= 0xdc80 && unit <= 0xdcff;
}
