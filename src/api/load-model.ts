import type { Backend } from '../backends/backend.ts';
import { openBackend } from '../backends/open.ts';
import { nodeBuiltin } from '../backends/wasm/threads/platform.ts';
import { type ErrorCode, UnrolledError } from '../errors.ts';
import { fileError } from '../formats/file-error.ts';
import { wrongKind } from '../kinds.ts';
import {
  loadModelFile,
  type ModelFileOptions,
  openModelFile,
  type SavedModel,
} from '../models/model-file.ts';

/** A source of the bytes of a model file. */
export type ModelSource = Uint8Array | ArrayBuffer | Blob | Response | URL | string;

/** Of Node's `fs/promises`. */
interface Files {
  readFile(path: string | URL): Promise<Uint8Array>;
}

/** Bytes and their name in messages. */
interface Named {
  readonly bytes: Uint8Array;
  readonly where: string;
}

/**
 * Opens a model file: its bytes, a Blob or File, a Response, a URL, or a string. In Node a string is a path, or a
 * URL with its scheme, such as `https:`; in a page a URL, relative to the page.
 *
 * @param backend where the model computes. Default: a new one, `auto`; `saved.model.backend.close()` ends its threads
 * @param options `verify: false` opens a file that changed after it was written; `tokenizers` has those of your own that the file
 * may hold
 * @throws UnrolledError when the source can't be read, or the file is damaged or not an Unrolled model
 */
export async function loadModel(
  source: ModelSource,
  backend?: Backend,
  options: ModelFileOptions = {},
): Promise<SavedModel> {
  if (backend !== undefined && typeof backend?.gemm !== 'function') {
    const advice = 'Give await openBackend(name), or leave it out.';
    throw wrongKind('loadModel', 'the backend', backend, 'an opened backend', advice);
  }
  const { bytes, where } = await read(source);
  const file = await loadModelFile(bytes, where, options);
  if (backend) return openModelFile(file, backend);
  const opened = await openBackend();
  try {
    return openModelFile(file, opened);
  } catch (error) {
    opened.close();
    throw error;
  }
}

function read(source: ModelSource): Promise<Named> | Named {
  if (typeof source === 'string') return readString(source);
  if (ArrayBuffer.isView(source)) return { bytes: bytesOf(source), where: 'model file' };
  // By its tag: instanceof fails for objects of another window or realm.
  switch (Object.prototype.toString.call(source)) {
    case '[object ArrayBuffer]':
      return { bytes: new Uint8Array(source as ArrayBuffer), where: 'model file' };
    case '[object Blob]':
    case '[object File]':
      return readBlob(source as Blob);
    case '[object Response]':
      return readResponse(source as Response);
    case '[object URL]':
      return readURL(source as URL);
  }
  const needs = 'a Uint8Array, an ArrayBuffer, a Blob, a Response, a URL or a path';
  throw wrongKind('loadModel', 'the source', source, needs, 'Give one of these.');
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function readString(source: string): Promise<Named> {
  if (!inNode()) return fetchModel(source);
  return /^(file|https?|data|blob):/i.test(source) && URL.canParse(source)
    ? readURL(new URL(source))
    : readFile(source);
}

function readURL(url: URL): Promise<Named> {
  return url.protocol === 'file:' && inNode() ? readFile(url) : fetchModel(url.href);
}

function inNode(): boolean {
  return nodeBuiltin('fs/promises') !== null;
}

async function readFile(path: string | URL): Promise<Named> {
  const where = typeof path === 'string' ? path : path.href;
  const files = nodeBuiltin<Files>('fs/promises');
  try {
    return { bytes: await files!.readFile(path), where };
  } catch (error) {
    const said = fileError(where, error);
    throw said instanceof UnrolledError ? said : unread(where, error, 'Check the name');
  }
}

async function readBlob(blob: Blob): Promise<Named> {
  const { name = 'the Blob' } = blob as Partial<File>;
  try {
    return { bytes: new Uint8Array(await blob.arrayBuffer()), where: name };
  } catch (error) {
    throw unread(name, error, 'Choose the file again');
  }
}

async function fetchModel(address: string): Promise<Named> {
  let response: Response;
  try {
    response = await fetch(address);
  } catch (error) {
    throw unread(nameOf(address), error, 'Check the address and the connection');
  }
  return readResponse(response);
}

async function readResponse(response: Response): Promise<Named> {
  const { ok, status, statusText, url, bodyUsed } = response;
  const name = url === '' ? 'the response' : nameOf(url);
  if (!ok) {
    throw new UnrolledError(
      statusCodes[status] ?? 'file-system',
      `${name}: the server answers ${`${status} ${statusText}`.trim()}; it needs to send the model file. Check the address.`,
    );
  }
  if (bodyUsed) {
    throw new UnrolledError(
      'option-value',
      `${name}: the response has been read before; its body can be read once. Give one that is unread, or its bytes.`,
    );
  }
  try {
    return { bytes: new Uint8Array(await response.arrayBuffer()), where: name };
  } catch (error) {
    throw unread(name, error, 'Try again');
  }
}

/** HTTP statuses for a file that is missing or forbidden. */
const statusCodes: Readonly<Record<number, ErrorCode>> = {
  401: 'file-permission',
  403: 'file-permission',
  404: 'file-missing',
  410: 'file-missing',
};

/** An address without credentials, query and fragment; a data: URL would be the whole file. */
function nameOf(address: string): string {
  if (/^data:/i.test(address)) return 'the data: URL';
  return address.replace(/^([a-z]+:\/\/)[^/]*@/i, '$1').replace(/[?#].*$/s, '');
}

function unread(where: string, cause: unknown, advice: string): UnrolledError {
  const { message, cause: deeper } = Object(cause) as Error;
  // The reason may repeat an address with a password in it.
  const reason = String(Object(deeper).message ?? message ?? cause).replace(/\b\w+:\/\/\S+/g, 'the address');
  return new UnrolledError('file-system', `${where}: the file can't be read (${reason}). ${advice}.`, {
    cause,
  });
}
