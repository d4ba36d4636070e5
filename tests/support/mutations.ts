/**
 * Damaged versions of a file: bytes changed, 64-bit and 32-bit sizes replaced by large or negative ones, parts cut out, repeated,
 * moved or zeroed, ends cut off or added. The same for the same seed.
 */
export function* mutations(file: Uint8Array, count: number, seed: number): Generator<Uint8Array, void> {
  const below = generator(seed);
  for (let i = 0; i < count; i++) {
    let bytes = file;
    for (let changes = 1 + below(3); changes > 0; changes--) bytes = ways[below(ways.length)](bytes, below);
    yield bytes;
  }
}

type Below = (limit: number) => number;

/** Integers from 0 to below a limit (Park and Miller's generator). */
function generator(seed: number): Below {
  let state = seed;
  return (limit) => {
    state = (state * 48271) % 2147483647;
    return state % limit;
  };
}

const sizes = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 0x7f7f7f7f, 2 ** 20];

const ways: readonly ((bytes: Uint8Array, below: Below) => Uint8Array)[] = [
  (bytes, below) => changed(bytes, below, (copy, at) => (copy[at] = below(256))),
  (bytes, below) => changed(bytes, below, (copy, at) => (copy[at] ^= 1 << below(8))),
  // Near the start, where headers are.
  (bytes, below) => {
    const copy = bytes.slice();
    const at = below(Math.min(copy.length, 512));
    if (copy.length > 0) copy[at] = below(256);
    return copy;
  },
  (bytes, below) =>
    changed(bytes, below, (copy, at) => {
      if (at + 4 <= copy.length) new DataView(copy.buffer).setInt32(at, sizes[below(sizes.length)], true);
    }),
  (bytes, below) =>
    changed(bytes, below, (copy, at) => {
      if (at + 8 <= copy.length)
        new DataView(copy.buffer).setBigInt64(at, BigInt(sizes[below(sizes.length)]) << 24n, true);
    }),
  (bytes, below) => bytes.slice(0, below(bytes.length + 1)),
  (bytes, below) => {
    const [at, length] = part(bytes, below);
    return joined(bytes.subarray(0, at), bytes.subarray(at + length));
  },
  (bytes, below) => {
    const [at, length] = part(bytes, below);
    return joined(bytes.subarray(0, at + length), bytes.subarray(at));
  },
  (bytes, below) => {
    const [at, length] = part(bytes, below);
    return bytes.slice().fill(0, at, at + length);
  },
  (bytes, below) => {
    const [from, length] = part(bytes, below);
    return changed(bytes, below, (copy, at) => copy.copyWithin(at, from, from + length));
  },
  (bytes, below) => joined(bytes, bytes.subarray(0, below(100))),
];

function changed(
  bytes: Uint8Array,
  below: Below,
  change: (copy: Uint8Array<ArrayBuffer>, at: number) => void,
): Uint8Array {
  const copy = new Uint8Array(bytes);
  if (copy.length > 0) change(copy, below(copy.length));
  return copy;
}

/** Start and length of a part, mostly short. */
function part(bytes: Uint8Array, below: Below): [at: number, length: number] {
  return [below(bytes.length + 1), below(Math.min(bytes.length, 64) + 1)];
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
