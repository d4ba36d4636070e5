import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { ApiError } from '../../api-error.ts';

/** Decompresses bytes; rejects with `ERR_BUFFER_TOO_LARGE` above `maxOutputLength` bytes. */
export type Decompress = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const [gzip, br, zlib, raw]: readonly Decompress[] = [gunzip, brotliDecompress, inflate, inflateRaw].map(
  (decompress) => promisify(decompress) as Decompress,
);

/** Deflate means the zlib format (RFC 9110, 8.4.1.2), but some clients omit the zlib header. */
const deflate: Decompress = (bytes, options) => ((bytes[0] & 0x0f) === 8 ? zlib : raw)(bytes, options);

/** The supported codings. */
const codings: ReadonlyMap<string, Decompress | null> = new Map([
  ['', null],
  ['identity', null],
  ['gzip', gzip],
  ['x-gzip', gzip],
  ['br', br],
  ['deflate', deflate],
]);

/** The decompressor of a `Content-Encoding`; null for none. Throws a 415 for an unknown one. */
export function decompressorOf(coding: string = ''): Decompress | null {
  const found = codings.get(coding.trim().toLowerCase());
  if (found !== undefined) return found;
  throw new ApiError(
    415,
    'unsupported_encoding',
    `content-encoding is ${JSON.stringify(coding.slice(0, 80))}; it must be gzip, br or deflate.`,
    { headers: { 'accept-encoding': 'gzip, br, deflate' } },
  );
}
