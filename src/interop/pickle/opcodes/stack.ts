import { UnrolledError } from '../../../errors.ts';
import type { PickleMachine } from '../machine.ts';
import { lineOf } from './line.ts';
import { code, type Opcodes } from './opcode.ts';

const NEWEST_PROTOCOL = 5;

/** The stack, the memo, and the frame of the file. */
export const stackOpcodes: Opcodes = {
  /** PROTO */
  128: (m) => checkProtocol(m, m.reader.u8()),
  /** FRAME: its length only tells how much to read at once */
  149: (m) => checkFrame(m, m.reader.u64()),
  /** STOP */
  [code('.')]: (m) => {
    m.isStopped = true;
  },
  /** MARK */
  [code('(')]: (m) => m.mark(),
  /** POP */
  [code('0')]: (m) => m.discard(),
  /** POP_MARK */
  [code('1')]: (m) => void m.popMark(),
  /** DUP */
  [code('2')]: (m) => m.push(m.top()),
  /** PUT */
  [code('p')]: (m) => put(m, Number(lineOf(m))),
  /** BINPUT */
  [code('q')]: (m) => put(m, m.reader.u8()),
  /** LONG_BINPUT */
  [code('r')]: (m) => put(m, m.reader.u32()),
  /** MEMOIZE */
  148: (m) => put(m, m.memo.size),
  /** GET */
  [code('g')]: (m) => get(m, Number(lineOf(m))),
  /** BINGET */
  [code('h')]: (m) => get(m, m.reader.u8()),
  /** LONG_BINGET */
  [code('j')]: (m) => get(m, m.reader.u32()),
};

function checkProtocol(m: PickleMachine, protocol: number): void {
  if (protocol <= NEWEST_PROTOCOL) return;
  throw new UnrolledError(
    'file-version',
    `${m.where}: the pickle has protocol ${protocol}; 0 to ${NEWEST_PROTOCOL} can be read. Save it with protocol ${NEWEST_PROTOCOL}.`,
  );
}

function checkFrame(m: PickleMachine, length: number): void {
  const left = m.reader.bytes.length - m.reader.at;
  if (length > left) throw m.wrong(`a frame has ${length} bytes`, `${left} are left`);
}

function put(m: PickleMachine, index: number): void {
  m.charge(48);
  m.memo.set(index, m.top());
}

function get(m: PickleMachine, index: number): void {
  if (!m.memo.has(index)) throw m.wrong(`entry ${index} of the memo is used`, 'it must be set before');
  m.push(m.memo.get(index));
}
