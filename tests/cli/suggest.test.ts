import { beforeAll, expect, test } from 'vitest';
import { sentences, temporaryFolder, tiny, unrolled } from '../support/binary.ts';

const folder = temporaryFolder({ 'train.txt': sentences(150) });

beforeAll(async () => {
  const { status } = await unrolled(folder, 'train', 'train.txt', ...tiny, '--epochs', '5', '--out', 'm');
  expect(status).toBe(0);
});

async function suggest(...args: string[]) {
  const { status, stdout, stderr } = await unrolled(folder, 'suggest', 'm', ...args, '--json');
  expect(status).toBe(0);
  return { ...JSON.parse(stdout), stderr };
}

type Next = { token: string; probability: number }[];

test('the likeliest next words come first, as many as asked for', async () => {
  const { half, mass, next } = await suggest('the old ', '--top', '4');
  expect({ half, mass }).toEqual({ half: '', mass: 1 });
  expect((next as Next).map(({ token }) => token).toSorted()).toEqual(['cat', 'cow', 'dog', 'hen']);
  expect(next).toEqual((next as Next).toSorted((a, b) => b.probability - a.probability));
});

test('a half-typed word is completed, and the table says how much of the probability that is', async () => {
  const { half, mass, next } = await suggest('the old c');
  expect(half).toBe('c');
  expect((next as Next).map(({ token }) => token)).toEqual(expect.arrayContaining(['cat', 'cow', 'clucks']));
  expect(next).toHaveLength(3);
  const { stdout } = await unrolled(folder, 'suggest', 'm', 'the old c');
  expect(stdout).toMatch(/^ {2}"c\w+" +\d+\.\d+%\n/);
  expect(stdout).toContain(
    `Tokens that begin with "c" have ${(100 * mass).toFixed(1)}% of the probability.\n`,
  );
});

test('a word that nothing begins with is told', async () => {
  const { status, stdout } = await unrolled(folder, 'suggest', 'm', 'the old zeb');
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'No token that begins with "zeb" can come.\n' });
});

test('words that the vocabulary lacks are named, but not the half-typed one', async () => {
  const { stderr } = await suggest('the unicorn ca');
  expect(stderr).toBe('suggest: "unicorn" is not in the vocabulary and read as <unk>.\n');
  expect((await suggest('ca')).stderr).toBe('');
});

test.each([
  [['m'], "suggest: got 'm'; it needs MODEL TEXT"],
  [['m', 'the', '--top', '0'], "--top: got '0'; it needs a positive integer"],
])('misuse: %s', async (args, message) => {
  const { status, stderr } = await unrolled(folder, 'suggest', ...args);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});
