import type { IncomingMessage } from 'node:http';
import { ApiError, badRequest } from '../api-error.ts';
import type { Body } from '../fields.ts';

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

/** What is beyond `most` is read all the same, and thrown away: its sender may not listen before all is sent. */
function readBytes(request: IncomingMessage, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > most) reject(tooLong(most));
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= most) chunks.push(chunk);
      else {
        chunks.length = 0;
        reject(tooLong(most));
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
  });
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
