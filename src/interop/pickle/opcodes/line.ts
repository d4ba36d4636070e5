import type { PickleMachine } from '../machine.ts';

/** The bytes up to the next line feed, which protocol 0 uses, without it. */
export function lineBytes(m: PickleMachine): Uint8Array {
  const { reader } = m;
  const end = reader.bytes.indexOf(10, reader.at);
  if (end < 0) throw m.wrong('a line does not end', 'the file must be complete');
  const line = reader.take(end - reader.at);
  reader.take(1);
  return line;
}

/** The same as text. */
export function lineOf(m: PickleMachine): string {
  return textOf(m, lineBytes(m));
}

/** Text in UTF-8. */
export function textOf(m: PickleMachine, bytes: Uint8Array): string {
  m.charge(2 * bytes.length);
  return utf8(bytes) ?? invalid(m);
}

/** UTF-8 to a string that encodes to the same bytes; undefined if the bytes are not UTF-8. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    // A copy, because browsers can't decode shared memory.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes));
  } catch {
    return undefined;
  }
}

function invalid(m: PickleMachine): never {
  throw m.wrong('a string is not UTF-8', 'it must be');
}
