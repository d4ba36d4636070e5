import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { UnrolledError } from '../../../src/errors.ts';
import { ByteReader } from '../../../src/interop/archive/byte-reader.ts';
import { type NumpyArray, numpyFunctions } from '../../../src/interop/pickle/numpy.ts';
import { floatsOf } from '../../../src/interop/pickle/numpy-floats.ts';
import { pythonFunctions } from '../../../src/interop/pickle/python-functions.ts';
import { unpickle } from '../../../src/interop/pickle/unpickle.ts';
import { PickleObject } from '../../../src/interop/pickle/values.ts';
import { takesAll } from '../../support/interop.ts';
import { mutations } from '../../support/mutations.ts';

const golden: Record<'values' | 'numpy1' | 'numpy2', Record<string, string>> = JSON.parse(
  readFileSync(new URL('../../golden/interop/pickles-from-python.json', import.meta.url), 'utf8'),
);
const functions = new Map([...pythonFunctions, ...numpyFunctions]);

function read(bytes: Uint8Array): unknown {
  return unpickle(new ByteReader(bytes, 'f'), 'f', { functions });
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

test.each(Object.entries(golden.values))('values of Python are read in protocol %s', (_, pickle) => {
  const value = Object.fromEntries(read(bytesOf(pickle)) as Map<string, unknown>);
  expect(value).toEqual({
    none: null,
    booleans: [true, false],
    integers: [0, 1, -1, 255, 256, 65535, 65536, -(2 ** 31), 2 ** 40, 2n ** 70n, -(2n ** 70n), 2n ** 2040n],
    floats: [0.5, -1e300, 1e-300, Infinity, 0.1],
    strings: ['', 'a\nb\'"\\', 'ü€😀', 'x'.repeat(260)],
    bytes: [latin1(''), latin1("\0\xff\n'"), latin1('y'.repeat(260))],
    tuples: [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]],
    set: new Set([1]),
    frozen: new Set(['a']),
    ordered: new Map([
      ['b', 1],
      ['a', 2],
    ]),
    shared: [
      [1, 2],
      [1, 2],
    ],
    many: Array.from({ length: 280 }, (__, i) => i),
  });
  const [first, second] = value.shared as unknown[];
  expect(first).toBe(second);
});

const arrays = [...Object.entries(golden.numpy1), ...Object.entries(golden.numpy2)];
test.each(arrays)('arrays of NumPy 1 and 2 are read in protocol %s', (_, pickle) => {
  const found = read(bytesOf(pickle)) as NumpyArray[];
  const rows = [-0.5, -0.25, 0, 0.25, 0.5, 0.75];
  expect(found.map((array) => [array.shape, ...floatsOf(array)!.data])).toEqual([
    ...Array.from({ length: 5 }, () => [[2, 3], ...rows]),
    [[2, 2], -0.5, 0, 0.25, 0.75],
    [[], 1.5],
  ]);
});

test('objects of unknown classes are read as their parts, in the ways of Python 2 and 3', () => {
  for (const pickle of [
    "cargparse\nNamespace\n)\x81}S'lr'\nK\x01sb.",
    "(iargparse\nNamespace\n(dS'lr'\nK\x01sb.",
    "(cargparse\nNamespace\no}S'lr'\nK\x01sb.",
    "ccopy_reg\n_reconstructor\n(cargparse\nNamespace\nc__builtin__\nobject\nNtR}S'lr'\nK\x01sb.",
  ]) {
    const object = read(latin1(pickle));
    expect(object).toBeInstanceOf(PickleObject);
    expect(object).toMatchObject({ type: 'argparse.Namespace', attributes: new Map([['lr', 1]]) });
  }
});

test.each([
  ['REDUCE', "cos\nsystem\n(S'touch pwned'\ntR.", 'os.system'],
  ['REDUCE of STACK_GLOBAL', '\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x02id\x85R.', 'posix.system'],
  ['INST', "(S'touch pwned'\nios\nsystem\n.", 'os.system'],
  ['OBJ', "(cos\nsystem\nS'touch pwned'\no.", 'os.system'],
  ['eval', "c__builtin__\neval\n(S'1'\ntR.", '__builtin__.eval'],
  ['exec', "cbuiltins\nexec\n(S'1'\ntR.", 'builtins.exec'],
  [
    'a method that getattr names',
    'cbuiltins\ngetattr\n(cos\nS"system"\ntR(S"id"\ntR.',
    'a value is called|missing',
  ],
  ['subprocess', "csubprocess\nPopen\n(S'id'\ntR.", 'subprocess.Popen'],
  ['a nested pickle', 'ctorch.storage\n_load_from_bytes\n(C\x01.tR.', 'torch.storage._load_from_bytes'],
  ['the prototype', "c__proto__\nconstructor\n(S'1'\ntR.", '__proto__.constructor'],
])('a call by %s is refused by name and not executed', (_, pickle, name) => {
  expect(() => read(latin1(pickle))).toThrow(new RegExp(name.replaceAll('.', '\\.')));
  expect(() => read(latin1(pickle))).toThrow(UnrolledError);
});

test.each<[string, string, RegExp]>([
  ['an empty stack', '.', /lacks its operand/],
  ['no mark', ']t.', /lacks its mark/],
  ['an unset memo', 'h\x05.', /entry 5 of the memo/],
  ['a frame beyond the end', '\x80\x04\x95\xff\0\0\0\0\0\0\0N.', /a frame has 255 bytes/],
  ['a long string', 'X\xff\xff\xff\x7fab.', /bytes are missing/],
  ['a negative length', 'T\xff\xff\xff\xffab.', /bytes are missing/],
  ['a long integer', '\x8b\xff\xff\xff\x7fab.', /at most 4096/],
  ['no STOP', '\x80\x02N', /bytes are missing/],
  ['a newer protocol', '\x80\x06N.', /protocol 6; 0 to 5/],
  ['an unknown operation', '\xff.', /no operation 255/],
  ['a dict without values', '(K\x01d.', /no value/],
  ['entries of a number', 'K\x01K\x01K\x01s.', /no dict/],
  ['a persistent id', 'K\x01Q.', /outside itself/],
  ['an extension', '\x82\x01.', /no operation 130/],
])('%s is refused', (_, pickle, says) => {
  expect(() => read(latin1(pickle))).toThrow(says);
  expect(() => read(latin1(pickle))).toThrow(UnrolledError);
});

test('values that contain themselves, and shared ones that would be endless when copied, are read', () => {
  const cyclic = read(latin1(']q\0(h\0e.')) as unknown[];
  expect(cyclic[0]).toBe(cyclic);
  // 10^60 elements if each reference were a copy.
  const laughs = `]q\0${Array.from({ length: 60 }, (_, i) => `0](${`h${String.fromCharCode(i)}`.repeat(10)}eq${String.fromCharCode(i + 1)}`).join('')}.`;
  expect(read(latin1(laughs))).toHaveLength(10);
});

test('a small file can not make many large containers, nor copy one again and again', () => {
  const dicts = `${'}'.repeat(3_000_000)}.`;
  const copies = `(${'K\x01'.repeat(20_000)}lq\0${'cbuiltins\nset\nh\0\x85R'.repeat(2000)}.`;
  for (const pickle of [dicts, copies])
    expect(() => read(latin1(pickle))).toThrow(/times its size in memory/);
});

test('mutated pickles are refused or read', () => {
  const seeds = [golden.values[0], golden.values[4], golden.numpy1[2], golden.numpy2[5]].map(bytesOf);
  for (const seed of seeds) {
    for (const bytes of mutations(seed, takesAll ? 5000 : 300, 17)) {
      try {
        read(bytes);
      } catch (error) {
        if (!(error instanceof UnrolledError)) throw error;
      }
    }
  }
});
