import { damaged } from '../../formats/damaged.ts';

/**
 * Decompresses raw deflate data. Stops as soon as it gives more bytes than announced.
 *
 * @param size the number of bytes it must give, which the caller has bounded
 * @param where the beginning of error messages
 * @throws {UnrolledError} code `file-damaged` for invalid data or another size
 */
export async function inflated(packed: Uint8Array, size: number, where: string): Promise<Uint8Array> {
  const result = new Uint8Array(size);
  let length = 0;
  const reader = streamOf(packed).pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length;
      if (length > size) break;
      result.set(next.value, length - next.value.length);
    }
  } catch {
    throw damaged(where, `the compressed data is invalid after ${length} bytes`, 'it must be complete');
  }
  if (length === size) return result;
  // The rest is not needed; whether it could be decompressed does not matter.
  await reader.cancel().catch(() => {});
  throw damaged(
    where,
    `it unpacks to ${length > size ? 'more' : 'fewer'} bytes`,
    `it must unpack to ${size}`,
  );
}

/** How many bytes are decompressed at a time, so that little is unpacked beyond the announced size. */
const CHUNK = 16384;

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (at >= bytes.length) return controller.close();
      // A copy, because browsers can't decompress shared memory.
      controller.enqueue(new Uint8Array(bytes.subarray(at, at + CHUNK)));
      at += CHUNK;
    },
  });
}
