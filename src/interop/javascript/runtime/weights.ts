const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The bytes of strings of base64; padding is skipped. A loop, because atob is slow in Node. */
export function bytesOfBase64(strings: readonly string[]): Uint8Array<ArrayBuffer> {
  const values = new Int8Array(128).fill(-1);
  for (let value = 0; value < 64; value++) values[BASE64.charCodeAt(value)] = value;
  const bytes = new Uint8Array(strings.reduce((sum, { length }) => sum + Math.ceil((length * 3) / 4), 0));
  let end = 0;
  for (const string of strings) {
    let [bits, count] = [0, 0];
    for (let i = 0; i < string.length; i++) {
      const value = values[string.charCodeAt(i)];
      if (value < 0) continue;
      bits = (bits << 6) | value;
      count += 6;
      if (count < 8) continue;
      count -= 8;
      bytes[end++] = bits >> count;
    }
  }
  return bytes.slice(0, end);
}

/** The bytes of a file, read in Node, which can't fetch files, else fetched; or a copy of given bytes. */
export async function bytesFrom(source: URL | ArrayBuffer | Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  if (!(source instanceof URL)) return new Uint8Array(source);
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const fs = process?.getBuiltinModule?.('node:fs') as typeof import('node:fs') | undefined;
  if (fs && source.protocol === 'file:') return new Uint8Array(fs.readFileSync(source));
  const response = await fetch(source);
  if (!response.ok) throw new Error(`${source}: the server answers ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}

/** float32, little-endian */
export function float32(bytes: Uint8Array<ArrayBuffer>): Float32Array {
  return new Float32Array(bytes.buffer);
}

/** float16, little-endian, as float32 */
export function float16(bytes: Uint8Array<ArrayBuffer>): Float32Array {
  return Float32Array.from(new Uint16Array(bytes.buffer), (half) => {
    const [sign, exponent, fraction] = [half >> 15 ? -1 : 1, (half >> 10) & 31, half & 1023];
    if (exponent === 0) return sign * fraction * 2 ** -24;
    return sign * (1024 + fraction) * 2 ** (exponent - 25);
  });
}
