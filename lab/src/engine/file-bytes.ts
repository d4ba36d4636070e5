import { UnrolledError } from 'unrolled';

/**
 * The bytes of a file that the page got. Throws UnrolledError for a file of more than `most` bytes, before it is read, and if
 * the browser can't read it, such as a folder.
 */
export async function bytesOf(name: string, contents: Blob, most: number): Promise<Uint8Array> {
  if (contents.size > most) {
    throw new UnrolledError(
      'file-large',
      `${name}: the file has ${contents.size.toLocaleString('en')} bytes; this page opens up to ` +
        `${most.toLocaleString('en')}. Use a smaller one, or the command line.`,
    );
  }
  try {
    return new Uint8Array(await contents.arrayBuffer());
  } catch (error) {
    throw new UnrolledError(
      'file-system',
      `${name}: the browser reports ${(error as Error).name}; it needs a file that it can read. Choose the file again.`,
    );
  }
}
