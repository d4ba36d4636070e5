import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Transform, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';

/** A content coding of responses. */
export type ResponseCoding = 'gzip' | 'br';

/** Minimum size of a response that is compressed, in bytes. */
const MIN_BYTES = 4096;

/** Compress quickly and in little memory, about 50 KB for gzip, since there may be thousands of responses at once. */
const compressors: Readonly<Record<ResponseCoding, () => Transform>> = {
  gzip: () => createGzip({ level: constants.Z_BEST_SPEED, windowBits: 13, memLevel: 5 }),
  br: () => {
    const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN } = constants;
    return createBrotliCompress({ params: { [BROTLI_PARAM_QUALITY]: 1, [BROTLI_PARAM_LGWIN]: 14 } });
  },
};

/** The coding of the response to a request; null for none. */
export function responseCoding({ method, complete, headers }: IncomingMessage): ResponseCoding | null {
  // Not for HEAD, whose response has no body, or while the client may still be sending.
  return method === 'HEAD' || !complete ? null : preferredCoding(headers['accept-encoding']);
}

/** The coding that an `Accept-Encoding` prefers; null for none. */
export function preferredCoding(accepted: string = ''): ResponseCoding | null {
  const weights = new Map(accepted.split(',').map(weightOf));
  const weightFor = (name: string) => weights.get(name) ?? weights.get('*') ?? 0;
  const preferred = weightFor('br') > weightFor('gzip') ? 'br' : 'gzip';
  const weight = weightFor(preferred);
  return weight > 0 && weight >= (weights.get('identity') ?? 0) ? preferred : null;
}

/** The bytes to send in a response: compressed, unless they are few. */
export async function codedBytes(
  response: ServerResponse,
  coding: ResponseCoding | null,
  bytes: Buffer,
): Promise<Buffer> {
  if (coding === null || bytes.length < MIN_BYTES) return bytes;
  const coded = await buffer(compressors[coding]().end(bytes));
  response.setHeader('content-encoding', coding);
  return coded;
}

/** What a response of unknown length is written to: a stream that compresses into it, or itself. */
export function codedOutput(response: ServerResponse, coding: ResponseCoding | null): Writable {
  if (coding === null) return response;
  const stream = compressors[coding]();
  response.setHeader('content-encoding', coding);
  response.once('close', () => stream.destroy());
  stream.once('error', () => response.destroy());
  stream.pipe(response);
  return stream;
}

/** The name and the weight of a coding, such as `gzip;q=0.5`. */
function weightOf(element: string): [string, number] {
  const [name, ...parameters] = element.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((one) => one.startsWith('q='));
  return [name, weight === undefined ? 1 : Number(weight.slice(2)) || 0];
}
