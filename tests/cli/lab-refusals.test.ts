import { expect, test } from 'vitest';
import { temporaryFolder, unrolled } from '../support/process.ts';

const folder = temporaryFolder({ 'note.txt': 'a text' });

test.each([
  { args: ['note.txt'], status: 1, says: /^note\.txt: this is a text/ },
  { args: ['missing.safetensors'], status: 1, says: /^missing\.safetensors: there is no such file/ },
  { args: ['--port', '70000'], status: 2, says: /^--port: got 70000/ },
])('lab $args is refused before it listens', async ({ args, status, says }) => {
  const { stderr, ...found } = await unrolled(folder, 'lab', ...args);
  expect(found).toEqual({ status, stdout: '' });
  expect(stderr).toMatch(says);
});
