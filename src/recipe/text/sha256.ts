/** SHA-256 in hexadecimal; empty in a page that is not served over HTTPS, which lacks Web Crypto. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  // A copy, because Web Crypto doesn't take shared memory.
  const digest = await globalThis.crypto?.subtle?.digest('SHA-256', new Uint8Array(bytes));
  return digest
    ? Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
    : '';
}
