import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkInputPaths } from '../../../src/cli/arguments/input-paths.ts';
import { parseArguments } from '../../../src/cli/arguments/parse.ts';
import { loadCommand } from '../../../src/cli/commands/catalog.ts';
import { temporaryFolder } from '../../support/process.ts';

const folder = temporaryFolder({ file: 'the text' });
const [file, pipe, other, socket] = ['file', 'pipe', 'other', 'socket'].map((name) => join(folder, name));

execFileSync('mkfifo', [pipe, other]);
symlinkSync('pipe', join(folder, 'link'));

const check =
  (...paths: (string | null | undefined)[]) =>
  () =>
    checkInputPaths(paths);

describe('the inputs of a command', () => {
  test('may repeat a file but not a pipe; a missing file is reported when it is read', () => {
    expect(check(file, file, '-', pipe, other, null, undefined, join(folder, 'none'))).not.toThrow();
    expect(check(devNull, devNull)).not.toThrow();
  });

  test.each([
    [['-', '-'], /^standard input: given twice, but it can be read only once\. Use a file instead\.$/],
    [['-', file, '/dev/stdin'], /^standard input: given twice/],
    [[pipe, file, pipe], /^.*pipe: given twice/],
    [[pipe, join(folder, 'link')], /^.*link: given twice/],
  ])('may not repeat an input that can be read only once: %j', (paths, message) => {
    const error = expect.objectContaining({ code: 'file-in-use', message: expect.stringMatching(message) });
    expect(check(...paths)).toThrow(error);
  });

  test('may not be a folder, a socket or an endless device', async () => {
    const server = createServer().listen(socket);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    mkdirSync(join(folder, 'folder'));
    for (const [path, kind] of [
      [join(folder, 'folder'), 'a folder; it needs a file'],
      [socket, 'a socket; it needs a file or a pipe'],
      ['/dev/zero', 'an endless device; it needs a file or a pipe'],
    ]) {
      const message = expect.stringContaining(`${path}: this is ${kind}`);
      expect(check(file, path)).toThrow(expect.objectContaining({ code: 'file-kind', message }));
    }
  });

  test('may be endless if the command streams it', () => {
    expect(() => checkInputPaths([file, '/dev/zero'], ['/dev/zero'])).not.toThrow();
  });
});

test.each([
  ['evaluate - a -', ['-', 'a', '-']],
  ['score m -', ['m', '-']],
  ['compare a b c', ['a', 'b', 'c']],
  ['generate m --prompts p --text t', ['m', 'p', 't']],
  ['suggest m -', ['m']],
  ['serve a b --api-key-file k', ['a', 'b', 'k']],
  ['inspect m --after -', ['m']],
  ['doctor', []],
  ['train a b --valid v --test t --init i', ['a', 'b', 'v', 't', 'i']],
  ['train a --valid 0.1 --resume r', ['a', 'r']],
  ['train --valid none --resume latest', []],
])('unrolled %s reads its operands and flags that are paths', async (line, paths) => {
  const [name, ...args] = line.split(' ');
  const command = (await loadCommand(name))!;
  const { values, operands } = parseArguments(command, args);
  const inputs = command.inputs(values, operands);
  expect(inputs.filter((path) => path !== null && path !== undefined)).toEqual(paths);
});
