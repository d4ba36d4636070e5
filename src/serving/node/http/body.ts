import type { IncomingMessage } from 'node:http';
import { ApiError, badRequest } from '../../api-error.ts';
import type { Body } from '../../fields.ts';
import { type Decompress, decompressorOf } from './content-coding.ts';
import { parseExactly } from './exact-json.ts';

/**
 * Reads the JSON object in a request's body. Throws ApiError when it is invalid or larger than `most` bytes, compressed or
 * decompressed, and the signal's reason when it is aborted.
 * @param received called with the memory that is used in addition, in bytes
 */
export async function readBody(
  request: IncomingMessage,
  most: number,
  signal: AbortSignal,
  received: (bytes: number) => void,
): Promise<Body> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    // Browsers need a preflight request to send this type to another origin.
    throw new ApiError(
      415,
      'unsupported_media_type',
      `content-type is ${JSON.stringify(type.slice(0, 80))}; it must be application/json.`,
    );
  }
  const decompress = decompressorOf(request.headers['content-encoding']);
  const bytes = await readBytes(request, most, signal, received);
  if (decompress) received(most);
  return parse(decompress ? await inflate(decompress, bytes, most) : bytes);
}

/** Memory of a chunk of a body, beside its bytes. */
const CHUNK = 300;

/** Decompresses up to `most` bytes. */
async function inflate(decompress: Decompress, bytes: Buffer, most: number): Promise<Buffer> {
  try {
    return await decompress(bytes, { maxOutputLength: most });
  } catch (error) {
    if (Object(error).code === 'ERR_BUFFER_TOO_LARGE') throw tooLong(most);
    throw badRequest(
      'The body is incomplete or does not match its content-encoding. Send a complete body.',
      undefined,
      'invalid_encoding',
    );
  }
}

/** After an error, the rest of the body is read and discarded, since the client may not read the response before it has sent all. */
function readBytes(
  request: IncomingMessage,
  most: number,
  signal: AbortSignal,
  received: (bytes: number) => void,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let [bytes, refused] = [0, false];
    const chunks: Buffer[] = [];
    const refuse = (reason: unknown) => {
      refused = true;
      chunks.length = 0;
      reject(reason);
    };
    if (Number(request.headers['content-length'] ?? 0) > most) refuse(tooLong(most));
    if (signal.aborted) refuse(signal.reason);
    signal.addEventListener('abort', () => refuse(signal.reason), { once: true });
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > most) refuse(tooLong(most));
      else if (!refused) {
        chunks.push(chunk);
        received(CHUNK + chunk.length);
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

function tooLong(most: number): ApiError {
  return new ApiError(
    413,
    'body_too_large',
    `The body exceeds the limit of ${most} bytes. Send a smaller one.`,
    {
      headers: { connection: 'close' },
    },
  );
}

function parse(bytes: Buffer): Body {
  const body = parseJson(bytes);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest('The body must be a JSON object. Send one, such as {"prompt": "…"}.');
  }
  return body as Body;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return parseExactly(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof ApiError) throw error;
    if (error instanceof RangeError) throw badRequest('The body is nested too deeply. Send fewer levels.');
    throw badRequest('The body is not JSON in UTF-8. Send a JSON object.', undefined, 'invalid_json');
  }
}
