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

/** The part of Node's `fs/promises` used here. */
interface Files {
  readFile(path: string | URL): Promise<Uint8Array>;
}

/** File contents with the name used in error messages. */
interface Named {
  readonly bytes: Uint8Array;
  readonly where: string;
}

/**
 * Loads a model file from its bytes, a Blob or File, a Response, a URL, or a string. In Node, a string is a path or an
 * absolute URL such as `https://…`; in a page, it is a URL relative to the page.
 *
 * @param backend the backend that runs the model. Default: a new `auto` backend; `saved.model.backend.close()` stops its threads
 * @param options `verify: false` opens a file that was changed after it was written; `tokenizers` lists custom tokenizers
 * that the file may use
 * @throws {UnrolledError} code `file-missing`, `file-permission` or `file-system` when the source can't be read;
 * `file-damaged`, `file-foreign` or `file-version` when it is not an intact Unrolled model; `option-value` for an argument
 * of the wrong kind
 */
export async function loadModel(
  source: ModelSource,
  backend?: Backend,
  options: ModelFileOptions = {},
): Promise<SavedModel> {
  if (backend !== undefined && typeof backend?.gemm !== 'function') {
    const advice = 'Pass await openBackend(name), or leave it out.';
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
  // instanceof fails for objects of another window or realm, so the tag decides.
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
  throw wrongKind('loadModel', 'the source', source, needs, 'Pass one of these.');
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
    const known = fileError(where, error);
    throw known instanceof UnrolledError ? known : unreadable(where, error, 'Check the name');
  }
}

async function readBlob(blob: Blob): Promise<Named> {
  const { name = 'the Blob' } = blob as Partial<File>;
  try {
    return { bytes: new Uint8Array(await blob.arrayBuffer()), where: name };
  } catch (error) {
    throw unreadable(name, error, 'Choose the file again');
  }
}

async function fetchModel(address: string): Promise<Named> {
  let response: Response;
  try {
    response = await fetch(address);
  } catch (error) {
    throw unreadable(nameOf(address), error, 'Check the address and the connection');
  }
  return readResponse(response);
}

async function readResponse(response: Response): Promise<Named> {
  const { ok, status, statusText, url, bodyUsed } = response;
  const name = url === '' ? 'the response' : nameOf(url);
  if (!ok) {
    throw new UnrolledError(
      statusCodes[status] ?? 'file-system',
      `${name}: the server answers ${`${status} ${statusText}`.trim()}; it must send the model file. Check the address.`,
    );
  }
  if (bodyUsed) {
    throw new UnrolledError(
      'option-value',
      `${name}: the body of the response was read already; it can be read once. Pass a fresh response, or its bytes.`,
    );
  }
  try {
    return { bytes: new Uint8Array(await response.arrayBuffer()), where: name };
  } catch (error) {
    throw unreadable(name, error, 'Try again');
  }
}

/** HTTP statuses of a missing or forbidden file. */
const statusCodes: Readonly<Record<number, ErrorCode>> = {
  401: 'file-permission',
  403: 'file-permission',
  404: 'file-missing',
  410: 'file-missing',
};

/** The address without credentials, query and fragment. A data: URL is not shown, because it contains the whole file. */
function nameOf(address: string): string {
  if (/^data:/i.test(address)) return 'the data: URL';
  return address.replace(/^([a-z]+:\/\/)[^/]*@/i, '$1').replace(/[?#].*$/s, '');
}

function unreadable(where: string, cause: unknown, advice: string): UnrolledError {
  const { message, cause: deeper } = Object(cause) as Error;
  // The reason may contain an address with a password.
  const reason = String(Object(deeper).message ?? message ?? cause).replace(/\b\w+:\/\/\S+/g, 'the address');
  return new UnrolledError('file-system', `${where}: the file can't be read (${reason}). ${advice}.`, {
    cause,
  });
}
