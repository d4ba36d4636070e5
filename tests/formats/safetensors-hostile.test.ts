import { describe, expect, test } from 'vitest';
import { UnrolledError } from '../../src/errors.ts';
import type { NamedArray } from '../../src/formats/named-array.ts';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors.ts';

/** A file with this header, whatever it says, and `dataLength` bytes 0, 1, 2 … of data. */
function file(header: string | Uint8Array, dataLength = 0, headerLength?: bigint): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, headerLength ?? BigInt(text.length), true);
  bytes.set(text, 8);
  for (let i = 0; i < dataLength; i++) bytes[8 + text.length + i] = i;
  return bytes;
}

function tensor(shape: unknown, offsets: unknown, dtype: unknown = 'U8'): string {
  return JSON.stringify({ dtype, shape, data_offsets: offsets });
}

function expectRefusal(bytes: Uint8Array, message: string): void {
  const call = () => readSafetensors(bytes, 'm.safetensors');
  expect(call).toThrow(UnrolledError);
  expect(call).toThrow(/^m\.safetensors: /);
  expect(call).toThrow(message);
}

describe('a file is refused whose length field', () => {
  test.each([
    [0, 'the file is empty'],
    [1, 'the file has 1 bytes'],
    [7, 'the file has 7 bytes'],
  ])('is cut: %i bytes', (length, got) => {
    expectRefusal(new Uint8Array(length), `${got}; the length field alone takes 8.`);
  });

  test('points past the end', () => {
    expectRefusal(file('{}', 0, 3n), 'the header claims 3 bytes; at most 2 are possible.');
  });

  test.each([2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n])('is %i', (length) => {
    expectRefusal(file('{}', 0, length), `the header claims ${length} bytes; at most 2 are possible.`);
  });

  test('is above 100 MB, even if the file is that long', () => {
    const bytes = new Uint8Array(100_000_016);
    new DataView(bytes.buffer).setBigUint64(0, 100_000_001n, true);
    expectRefusal(bytes, 'the header claims 100000001 bytes; at most 100000000 are possible.');
  });
});

describe('a file is refused whose header', () => {
  test('is not UTF-8', () => {
    expectRefusal(file(Uint8Array.of(0x7b, 0xff, 0x7d)), 'the header is not UTF-8');
  });

  test.each(['', '[]', '1', 'null', '"{}"', ' {}', '\ufeff{}'])(
    'does not start as an object: %j',
    (header) => {
      expectRefusal(file(header), 'the header starts with ');
    },
  );

  test.each(['{', '{} {}', '{}\0', '{"a"}', '{"a:1}', '{"a\\', '{:1}', '{"a":1}}:', '{"\\x":1}', "{'a':1}"])(
    'is not JSON: %j',
    (header) => {
      expectRefusal(file(header), 'the header is not JSON');
    },
  );

  test('is deeply nested, before JSON.parse runs', () => {
    expectRefusal(
      file(`{"a":${'['.repeat(16)}${']'.repeat(16)}}`),
      'the header is nested deeper than 16 levels',
    );
    expectRefusal(file(`{"a":${'['.repeat(1_000_000)}`), 'the header is nested deeper than 16 levels');
  });

  test('has many colons after one long name, in linear time', () => {
    const name = JSON.stringify('a'.repeat(1_000_000));
    expectRefusal(file(`{}${name}${':'.repeat(1_000_000)}`), 'the header is not JSON');
    expectRefusal(file(`{${name}:[${'{:},'.repeat(250_000)}]}`), 'the header is not JSON');
  });

  const a = tensor([1], [0, 1]);
  test.each([
    ['a tensor', `{"a":${a},"a":${a}}`, 'a'],
    ['a tensor, once escaped', `{"a":${a},"\\u0061":${a}}`, 'a'],
    ['a tensor whose name has quotes', `{"\\"\\\\":${a},"\\u0022\\u005c":${a}}`, '"\\'],
    ['a tensor named __proto__', `{"__proto__":${a},"__proto__":${a}}`, '__proto__'],
    ['a dtype', '{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 'dtype'],
    ['__metadata__', '{"__metadata__":{},"__metadata__":{}}', '__metadata__'],
    ['a metadata key', '{"__metadata__":{"k":"1","k" : "2"}}', 'k'],
  ])('names twice %s', (_, header, name) => {
    expectRefusal(file(header, 1), `the header has the key ${JSON.stringify(name)} twice`);
  });

  test.each([null, [], 'text', { k: 1 }, { k: null }, { k: ['v'] }])('has metadata %j', (metadata) => {
    const header = JSON.stringify({ __metadata__: metadata });
    expectRefusal(
      file(header),
      `__metadata__ is ${JSON.stringify(metadata)}; it must map strings to strings.`,
    );
  });
});

describe('a file is refused whose tensor', () => {
  test.each([null, 1, 'x', []])('is %j', (info) => {
    const shown = JSON.stringify(info);
    expectRefusal(file(`{"a":${shown}}`), `tensor "a" is ${shown}; it must be an object.`);
  });

  test.each(['BF16', 'F16', 'I64', 'f32', 'toString', '', 1, null, undefined])('is of dtype %j', (dtype) => {
    const header = `{"a":${JSON.stringify({ dtype, shape: [1], data_offsets: [0, 2] })}}`;
    expectRefusal(file(header, 2), '; it must be one of F64, F32, I32, U8.');
  });

  test.each([undefined, null, 1, '1', {}, [-1], [0.5], ['1'], [null], [[1]], [2 ** 53]])(
    'has shape %j',
    (shape) => {
      expectRefusal(
        file(`{"a":${tensor(shape, [0, 1])}}`, 1),
        '; sizes must be integers from 0 to 2^53 - 1.',
      );
    },
  );

  test.each([undefined, null, 1, {}, [], [0], [0, 1, 2], [0, 0.5], [-1, 0], ['0', '1'], [0, 2 ** 53]])(
    'has offsets %j',
    (offsets) => {
      expectRefusal(file(`{"a":${tensor([1], offsets)}}`, 1), '; they must be two integers.');
    },
  );

  test.each([
    ['shorter than its shape', [2], [0, 1]],
    ['longer than its shape', [1], [0, 2]],
    ['a number short, being a scalar', [], [0, 0]],
    ['not empty, though a size is 0', [5, 0], [0, 1]],
    ['backwards', [1], [1, 0]],
    ['past 2^53 elements', [2 ** 52, 2], [0, 2]],
    ['2^64 elements, which a wrapping product takes for 0', [2 ** 32, 2 ** 32], [0, 0]],
    ['past every number', Array.from({ length: 40 }, () => 2 ** 52), [0, 2]],
  ])('is %s', (_, shape, offsets) => {
    expectRefusal(
      file(`{"a":${tensor(shape, offsets)}}`, 2),
      `tensor "a" has data_offsets ${JSON.stringify(offsets)};`,
    );
  });

  test('has offsets in elements instead of bytes', () => {
    expectRefusal(file(`{"a":${tensor([2], [0, 2], 'F32')}}`, 2), '; F32 of shape [2] takes 8 bytes.');
  });

  test('ends past the data', () => {
    expectRefusal(
      file(`{"a":${tensor([2], [0, 2])}}`, 1),
      'the tensors take 2 bytes; the file holds 1 after',
    );
    expectRefusal(file(`{"a":${tensor([2 ** 50], [0, 2 ** 50])}}`, 1), `the tensors take ${2 ** 50} bytes;`);
  });

  test('has a long name, which the message truncates', () => {
    const call = () => readSafetensors(file(`{"${'n'.repeat(100_000)}":1}`));
    expect(call).toThrow(/^.{100,300}$/);
  });
});

describe('a file is refused whose data', () => {
  const pair = (first: [number, number], second: [number, number]): string =>
    `{"a":${tensor([first[1] - first[0]], first)},"b":${tensor([second[1] - second[0]], second)}}`;

  test('is claimed twice', () => {
    expectRefusal(file(pair([0, 3], [2, 4]), 4), 'tensor "b" begins at 2 and overlaps the tensor before it');
    expectRefusal(file(pair([0, 4], [0, 4]), 4), 'tensor "b" begins at 0 and overlaps the tensor before it');
    expectRefusal(file(pair([0, 4], [2, 2]), 4), 'tensor "b" begins at 2 and overlaps the tensor before it');
  });

  test('has a gap', () => {
    expectRefusal(
      file(pair([0, 2], [3, 4]), 4),
      'tensor "b" begins at 3 and leaves a gap before it; 2 is the next',
    );
    expectRefusal(
      file(pair([1, 2], [2, 4]), 4),
      'tensor "a" begins at 1 and leaves a gap before it; 0 is the next',
    );
  });

  test('has bytes left over', () => {
    expectRefusal(
      file(pair([0, 2], [2, 4]), 5),
      'the tensors take 4 bytes; the file holds 5 after its header.',
    );
    expectRefusal(file('{}', 1), 'the tensors take 0 bytes; the file holds 1 after its header.');
  });
});

describe('an unusual file is read', () => {
  test('with unaligned offsets, in any order, with empty tensors', () => {
    const header = `{"x":${tensor([1], [1, 5], 'F32')},"e":${tensor([0], [1, 1])},"u":${tensor([1], [0, 1])}}`;
    const { tensors } = readSafetensors(file(header, 5));
    expect([...tensors.keys()]).toEqual(['u', 'e', 'x']);
    expect(tensors.get('x')?.data).toEqual(new Float32Array(Uint8Array.of(1, 2, 3, 4).buffer));
  });

  test('with a tensor named __proto__, which pollutes nothing', () => {
    const { tensors } = readSafetensors(file(`{"__proto__":${tensor([1], [0, 1])}}`, 1));
    expect([...tensors.keys()]).toEqual(['__proto__']);
    expect(({} as { dtype?: unknown }).dtype).toBeUndefined();
  });

  test('with unknown keys, and colons and braces inside strings', () => {
    const header = `{"a:{[\\"":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":[{"y":1},{"y":2}]}} \n`;
    expect([...readSafetensors(file(header, 1)).tensors.keys()]).toEqual(['a:{["']);
  });
});

describe('mutated files', () => {
  const valid = writeSafetensors(
    new Map<string, NamedArray>([
      ['rnn.0.Wx', { dtype: 'F32', shape: [2, 3], data: new Float32Array(6) }],
      ['rnn.0.b', { dtype: 'F64', shape: [3], data: new Float64Array(3) }],
      ['é"', { dtype: 'U8', shape: [5, 1], data: new Uint8Array(5) }],
    ]),
    { config: '{"cell":"rnn"}' },
  );

  /** Numbers from 0 to `below`, the same on each run (the generator of Numerical Recipes, high bits). */
  function randomOf(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  }

  const likely = new TextEncoder().encode('0123456789[]{}:,"\\-.eF');

  function mutate(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
    const at = random(bytes.length);
    const byte = random(2) ? likely[random(likely.length)] : random(256);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    switch (random(5)) {
      case 0:
        return Uint8Array.of(...before, byte, ...after);
      case 1:
        return Uint8Array.of(...before, ...after.subarray(1 + random(4)));
      case 2:
        return random(8) ? Uint8Array.of(...before, byte, ...after.subarray(1)) : before;
      default:
        return Uint8Array.of(...before, byte, ...after.subarray(1));
    }
  }

  test('are read or refused, and never yield more data than they contain', () => {
    const random = randomOf(1);
    const counts = { read: 0, refused: 0, larger: 0 };
    for (let round = 0; round < 6000; round++) {
      let bytes: Uint8Array = valid;
      for (let left = 1 + random(3); left > 0; left--) bytes = mutate(bytes, random);
      try {
        const { tensors } = readSafetensors(bytes);
        const held = [...tensors.values()].reduce((sum, { data }) => sum + data.buffer.byteLength, 0);
        counts.read++;
        if (held >= bytes.length) counts.larger++;
      } catch (error) {
        if (!(error instanceof UnrolledError)) throw error;
        counts.refused++;
      }
    }
    expect(counts.read).toBeGreaterThan(100);
    expect(counts.refused).toBeGreaterThan(3000);
    expect(counts.larger).toBe(0);
  });
});
