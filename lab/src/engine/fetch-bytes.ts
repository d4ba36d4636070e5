import { UnrolledError } from 'unrolled';

/**
 * The bytes of a file of the server. Throws UnrolledError `file-missing` if the server does not have it.
 * @param onShare called with the share that has arrived, from 0 to 1, where the server tells the length
 */
export async function fetchBytes(
  address: URL,
  name: string,
  onShare: (share: number) => void,
): Promise<Uint8Array> {
  const response = await fetch(address).catch(() => null);
  if (!response?.ok || !response.body) throw missing(name, response);
  const length = Number(response.headers.get('content-length'));
  const parts: BlobPart[] = [];
  let arrived = 0;
  const reader = response.body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    parts.push(read.value);
    arrived += read.value.length;
    if (length > 0) onShare(Math.min(1, arrived / length));
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function missing(name: string, response: Response | null): UnrolledError {
  const got = response ? `the server answered ${response.status}` : 'the server does not answer';
  return new UnrolledError(
    'file-missing',
    `${name}: ${got}; it must have the file. Start unrolled lab again, with the models that you need.`,
  );
}
