import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../src/formats/safetensors.ts';
import { sentences, temporaryFolder, tiny, unrolled } from '../support/process.ts';

const folder = temporaryFolder({ 'train.txt': sentences(60), 'short.txt': sentences(2) });
const at = (name: string): string => join(folder, name);

/** A copy of a file in which one weight has another lowest bit, and is as finite as before. */
function damage(from: string, to: string): void {
  const bytes = readFileSync(at(from));
  const { tensors, metadata } = readSafetensors(bytes);
  const { data } = tensors.get('embedding.W')!;
  new Uint8Array(data.buffer)[0] ^= 1;
  writeFileSync(at(to), writeSafetensors(tensors, Object.fromEntries(metadata)));
}

beforeAll(async () => {
  const train = (...flags: readonly string[]) => unrolled(folder, 'train', 'train.txt', ...tiny, ...flags);
  expect(await train('--out', 'good.safetensors')).toMatchObject({ status: 0 });
  damage('good.safetensors', 'bad.safetensors');
});

const commands: readonly string[] = [
  'inspect bad.safetensors',
  'evaluate bad.safetensors short.txt',
  'score bad.safetensors short.txt',
  'compare good.safetensors bad.safetensors short.txt',
  'generate bad.safetensors --length 3',
  'suggest bad.safetensors the',
  `train train.txt ${tiny.join(' ')} --init bad.safetensors --out other.safetensors`,
];

test.each(commands)('%s: a changed file is refused, unless --no-verify is given', async (line) => {
  expect(await unrolled(folder, ...line.split(' '))).toMatchObject({
    status: 1,
    stdout: '',
    stderr:
      'bad.safetensors: its arrays changed after it was written; they must have the digest in the file. ' +
      'Use another copy; --no-verify opens it as it is.\n',
  });
  expect(await unrolled(folder, ...line.split(' '), '--no-verify')).toMatchObject({
    status: 0,
    stderr: '',
  });
});

test('serve refuses it before it starts to listen', async () => {
  const { status, stderr } = await unrolled(folder, 'serve', 'bad.safetensors', '--port', '0');
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/^bad\.safetensors: its arrays changed .* --no-verify/),
  ]);
});
