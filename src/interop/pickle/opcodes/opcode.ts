import type { PickleMachine } from '../machine.ts';

/** The operations of one kind: byte → what it does. Names are those of Python's pickletools. */
export type Opcodes = Readonly<Record<number, (machine: PickleMachine) => void>>;

/** The code of an operation that is a printable character. */
export function code(character: string): number {
  return character.charCodeAt(0);
}
