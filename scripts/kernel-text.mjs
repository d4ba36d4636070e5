// Encodes the kernels for module-bytes.ts: bytes as text that gzip compresses as well as the bytes themselves (base64
// costs 50 % more), and one module as a difference from another. kernel-bytes.ts decodes them.

/** The number of most frequent byte values, which take one character each; the others take two. */
const COUNT = 91;

/** The set of these values as a bit mask: one hexadecimal digit per four values, lowest bit first. */
export function commonOf(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const common = new Set([...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b).slice(0, COUNT));
  const digit = (at) => [0, 1, 2, 3].reduce((sum, bit) => sum + (common.has(4 * at + bit) ? 1 << bit : 0), 0);
  return Array.from({ length: 64 }, (_, at) => digit(at).toString(16)).join('');
}

/**
 * @param {Uint8Array} bytes
 * @param {string} common
 */
export function textOf(bytes, common) {
  const isCommon = (value) => (Number.parseInt(common[value >> 2], 16) >> (value & 3)) & 1;
  const values = Array.from({ length: 256 }, (_, value) => value);
  const order = [...values.filter(isCommon), ...values.filter((value) => !isCommon(value))];
  const positions = new Map(order.map((value, position) => [value, position]));
  return [...bytes].map((byte) => characters(positions.get(byte))).join('');
}

function characters(value) {
  const [block, rest] = [Math.floor(value / COUNT), value % COUNT];
  const character = String.fromCharCode(36 + rest);
  return block === 0 ? character : String.fromCharCode(31 + block) + character;
}

/** The difference from `source` to `target`: repeated counts of bytes to copy, to skip and to insert, and the inserted bytes. */
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

/** The smallest skip and insert after which both have 8 equal bytes or end. */
function nextMatch(source, i, target, j) {
  const WHILE = 8;
  const alike = (a, b) => Buffer.compare(source.subarray(a, a + WHILE), target.subarray(b, b + WHILE)) === 0;
  for (let total = 0; ; total++) {
    for (let skip = 0; skip <= total; skip++) {
      if (alike(i + skip, j + total - skip)) return { skip, insert: total - skip };
    }
  }
}
