import { UnrolledError } from 'unrolled';

/** The bytes of a file that the page got. Throws UnrolledError if the browser can't read it, such as a folder. */
export async function bytesOf(name: string, contents: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await contents.arrayBuffer());
  } catch (error) {
    throw new UnrolledError(
      'file-system',
      `${name}: the browser reports ${(error as Error).name}; it needs a file that it can read. Choose the file again.`,
    );
  }
}
