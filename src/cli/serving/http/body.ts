import type { IncomingMessage } from 'node:http';
import { ApiError, badRequest } from '../api-error.ts';
import type { Body } from '../fields.ts';

/** So much of a body that is too long is read on and thrown away, so that its sender hears why. */
const PATIENCE = 16 * 2 ** 20;

/** Reads the JSON object that a request consists of. Throws ApiError where it is none, or longer than `most` bytes. */
export async function readBody(request: IncomingMessage, most: number): Promise<Body> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    // What a page of somewhere else can send without being asked for permission is never this.
    throw new ApiError(
      415,
      'unsupported_media_type',
      `content-type is ${JSON.stringify(type.slice(0, 80))}; it needs application/json.`,
    );
  }
  return parse(await readBytes(request, most));
}

async function readBytes(request: IncomingMessage, most: number): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > most + PATIENCE) throw tooLong(most);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= most) chunks.push(chunk);
    else chunks.length = 0;
    if (bytes > most + PATIENCE) break;
  }
  if (bytes > most) throw tooLong(most);
  return Buffer.concat(chunks);
}

function tooLong(most: number): ApiError {
  return new ApiError(413, 'body_too_large', `The body is longer than ${most} bytes; send less.`, {
    headers: { connection: 'close' },
  });
}

function parse(bytes: Buffer): Body {
  const body = parseJson(bytes);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest('The body is JSON but no object; it needs one, such as {"prompt": "…"}.');
  }
  return body as Body;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw badRequest('The body is no JSON in UTF-8; it needs a JSON object.', undefined, 'invalid_json');
  }
}
