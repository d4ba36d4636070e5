import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { ApiError } from '../../api-error.ts';

/** Rejects with `ERR_BUFFER_TOO_LARGE` before it has given more than `maxOutputLength` bytes. */
export type Decompress = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const [gzip, br, zlib, raw]: readonly Decompress[] = [gunzip, brotliDecompress, inflate, inflateRaw].map(
  (decompress) => promisify(decompress) as Decompress,
);

/** Deflate means the format of zlib (RFC 9110, 8.4.1.2), but some clients send it without zlib's two bytes in front. */
const deflate: Decompress = (bytes, options) => ((bytes[0] & 0x0f) === 8 ? zlib : raw)(bytes, options);

/** A body has one of these, or none. */
const codings: ReadonlyMap<string, Decompress | null> = new Map([
  ['', null],
  ['identity', null],
  ['gzip', gzip],
  ['x-gzip', gzip],
  ['br', br],
  ['deflate', deflate],
]);

/** What undoes a `Content-Encoding`; null where there is none. Throws the 415 for an unknown one. */
export function decompressorOf(coding: string = ''): Decompress | null {
  const found = codings.get(coding.trim().toLowerCase());
  if (found !== undefined) return found;
  throw new ApiError(
    415,
    'unsupported_encoding',
    `content-encoding is ${JSON.stringify(coding.slice(0, 80))}; it needs gzip, br or deflate, once.`,
    { headers: { 'accept-encoding': 'gzip, br, deflate' } },
  );
}
