import type { PickleMachine } from '../machine.ts';
import { lineOf } from './line.ts';
import { code, type Opcodes } from './opcode.ts';

/** The most bytes and decimal digits of an integer: conversion takes more than linear time. */
const MOST_BYTES = 4096;
const MOST_DIGITS = 4096;

/** None, booleans and numbers. */
export const scalarOpcodes: Opcodes = {
  /** NONE */
  [code('N')]: (m) => m.push(null),
  /** NEWTRUE */
  136: (m) => m.push(true),
  /** NEWFALSE */
  137: (m) => m.push(false),
  /** INT, which is also how protocol 0 writes booleans */
  [code('I')]: (m) => m.push(integerOrBoolean(m, lineOf(m))),
  /** LONG */
  [code('L')]: (m) => m.push(decimal(m, lineOf(m).replace(/L$/, ''))),
  /** BININT */
  [code('J')]: (m) => m.push(m.reader.i32()),
  /** BININT1 */
  [code('K')]: (m) => m.push(m.reader.u8()),
  /** BININT2 */
  [code('M')]: (m) => m.push(m.reader.u16()),
  /** LONG1 */
  138: (m) => m.push(littleEndian(m, m.reader.u8())),
  /** LONG4 */
  139: (m) => m.push(littleEndian(m, m.reader.i32())),
  /** FLOAT */
  [code('F')]: (m) => m.push(float(m, lineOf(m))),
  /** BINFLOAT */
  [code('G')]: (m) => m.push(m.reader.bigEndianF64()),
};

function integerOrBoolean(m: PickleMachine, line: string): number | bigint | boolean {
  if (line === '00' || line === '01') return line === '01';
  return decimal(m, line);
}

function decimal(m: PickleMachine, digits: string): number | bigint {
  if (!/^-?\d+$/.test(digits) || digits.length > MOST_DIGITS) {
    throw m.wrong('an integer is not decimal', `it must have 1 to ${MOST_DIGITS} digits`);
  }
  return smallest(BigInt(digits));
}

/** A number in two's complement. */
function littleEndian(m: PickleMachine, length: number): number | bigint {
  if (length > MOST_BYTES)
    throw m.wrong(`an integer has ${length} bytes`, `at most ${MOST_BYTES} are allowed`);
  const bytes = m.reader.take(length);
  if (length === 0) return 0;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).reverse();
  return smallest(BigInt.asIntN(8 * length, BigInt(`0x${hex.join('')}`)));
}

/** A number where it is exact. */
function smallest(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function float(m: PickleMachine, line: string): number {
  const special = { inf: Infinity, '-inf': -Infinity, nan: NaN }[line];
  if (special !== undefined) return special;
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(line))
    throw m.wrong('a float is not decimal', 'it must be');
  return Number(line);
}
