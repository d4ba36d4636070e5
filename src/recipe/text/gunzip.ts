import { concatBytes } from '../../formats/peek-start.ts';

/** Unpacked bytes of a gzip file. */
interface Unpacked {
  readonly chunks: readonly Uint8Array[];
  readonly length: number;
  /** Whether the bytes are one complete member. */
  readonly isWhole: boolean;
}

/** Called with the number of bytes unpacked so far; what it throws ends the unpacking. */
type OnLength = (length: number) => Promise<void>;

/**
 * More headers than these inside the compressed data of one member are damage: four given bytes occur by chance about once in 500 MB.
 */
const MOST_FALSE_HEADERS = 8;

/** Whether bytes begin with the header of a gzip member (RFC 1952): two magic bytes, deflate, no reserved flag. */
export function isGzip(bytes: Uint8Array, at = 0): boolean {
  return bytes[at] === 0x1f && bytes[at + 1] === 0x8b && bytes[at + 2] === 8 && (bytes[at + 3] & 0xe0) === 0;
}

/**
 * Decompresses a gzip file with any number of members. Each gets a stream of its own, because browsers report bytes behind the
 * first member as an error; it ends where the next header begins.
 *
 * @param onDamage makes the error for a damaged or truncated file, from the number of bytes before the damage
 */
export async function gunzip(
  packed: Uint8Array,
  onLength: OnLength,
  onDamage: (length: number) => Error,
): Promise<Uint8Array> {
  const ends = memberEnds(packed);
  const chunks: Uint8Array[] = [];
  let [begin, length, falseHeaders] = [0, 0, 0];
  for (const end of ends) {
    const member = await unpackMember(packed.subarray(begin, end), (more) => onLength(length + more));
    if (member.isWhole) {
      chunks.push(...member.chunks);
      length += member.length;
      begin = end;
      falseHeaders = 0;
    } else if (end === packed.length || ++falseHeaders > MOST_FALSE_HEADERS) {
      throw onDamage(length + member.length);
    }
  }
  return concatBytes(chunks);
}

/** Where members may end: before each header but the first, and at the end of the file. */
function memberEnds(packed: Uint8Array): number[] {
  const ends: number[] = [];
  for (let at = packed.indexOf(0x1f, 1); at >= 0; at = packed.indexOf(0x1f, at + 1)) {
    if (isGzip(packed, at)) ends.push(at);
  }
  return [...ends, packed.length];
}

async function unpackMember(packed: Uint8Array, onLength: OnLength): Promise<Unpacked> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // A copy, because a Blob can't hold shared memory.
  const stream = new Blob([new Uint8Array(packed)]).stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = stream.getReader();
  const next = () => reader.read().catch(() => null);
  try {
    for (let read = await next(); read === null || !read.done; read = await next()) {
      if (read === null) return { chunks, length, isWhole: false };
      length += read.value.length;
      await onLength(length);
      chunks.push(read.value);
    }
    return { chunks, length, isWhole: true };
  } finally {
    await reader.cancel().catch(() => {}); // ends the decompression of a text that is not wanted
  }
}
