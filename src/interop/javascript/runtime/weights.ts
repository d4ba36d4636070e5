/** The bytes of base64; white space in it is ignored. */
export function bytesOfBase64(base64: string): Uint8Array<ArrayBuffer> {
  const characters = atob(base64);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
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
