import type { ByteReader } from '../archive/byte-reader.ts';
import { type PickleContext, PickleMachine } from './machine.ts';
import { containerOpcodes } from './opcodes/containers.ts';
import { objectOpcodes } from './opcodes/objects.ts';
import type { Opcodes } from './opcodes/opcode.ts';
import { scalarOpcodes } from './opcodes/scalars.ts';
import { stackOpcodes } from './opcodes/stack.ts';
import { stringOpcodes } from './opcodes/strings.ts';
import type { PickleValue } from './values.ts';

const opcodes: Opcodes = {
  ...scalarOpcodes,
  ...stringOpcodes,
  ...containerOpcodes,
  ...objectOpcodes,
  ...stackOpcodes,
};

/**
 * Reads a Python pickle of protocol 0 to 5 as plain data. Nothing in it is executed: classes stay names, and only the functions
 * of the context can be called.
 *
 * @param reader at the start of the pickle; afterwards behind it
 * @param where the beginning of error messages, such as the file's name
 * @throws {UnrolledError} code `file-damaged` for an invalid pickle, `file-foreign` for a call of another function, `file-version`
 * for a newer protocol, `file-large` for one that fills many times its size in memory
 */
export function unpickle(reader: ByteReader, where: string, context: PickleContext): PickleValue {
  const machine = new PickleMachine(reader, where, context);
  while (!machine.isStopped) {
    const code = reader.u8();
    const run = opcodes[code];
    if (!run) throw machine.wrong(`there is no operation ${code}`, 'protocols 0 to 5 can be read');
    run(machine);
  }
  return machine.pop();
}

/** Whether bytes begin like a pickle of protocol 2 to 5, which start with their protocol. */
export function isPickle(bytes: Uint8Array): boolean {
  return bytes.length > 3 && bytes[0] === 128 && bytes[1] >= 2 && bytes[1] <= 5;
}
