// How module-bytes.ts holds the kernels: bytes as text that gzip packs as well as the bytes themselves (base64 would
// cost half as much again), and one module as its difference from another. kernel-bytes.ts is the other direction.

/** Most bytes of a WebAssembly module are in these 91 values from 216 on, modulo 256; each is one character. */
const [FIRST, COUNT] = [216, 91];

/** @param {Uint8Array} bytes */
export function textOf(bytes) {
  return [...bytes].map((byte) => characters((byte - FIRST) & 255)).join('');
}

function characters(value) {
  const [block, rest] = [Math.floor(value / COUNT), value % COUNT];
  const character = String.fromCharCode(36 + rest);
  return block === 0 ? character : String.fromCharCode(31 + block) + character;
}

/** What makes `target` of `source`: how many bytes to copy, to skip, to insert; these; and so on. */
export function differenceOf(source, target) {
  const out = [];
  const number = (n) => (n > 127 ? [(n & 127) | 128, ...number(n >>> 7)] : [n]);
  for (let i = 0, j = 0; i < source.length || j < target.length; ) {
    const from = i;
    while (i < source.length && source[i] === target[j]) [i, j] = [i + 1, j + 1];
    const { skip, insert } = nextMatch(source, i, target, j);
    out.push(...number(i - from), ...number(skip), ...number(insert), ...target.subarray(j, j + insert));
    [i, j] = [i + skip, j + insert];
  }
  return Uint8Array.from(out);
}

/** The fewest bytes to skip and insert, after which both are alike for a while or have ended. */
function nextMatch(source, i, target, j) {
  const WHILE = 8;
  const alike = (a, b) => Buffer.compare(source.subarray(a, a + WHILE), target.subarray(b, b + WHILE)) === 0;
  for (let total = 0; ; total++) {
    for (let skip = 0; skip <= total; skip++) {
      if (alike(i + skip, j + total - skip)) return { skip, insert: total - skip };
    }
  }
}
