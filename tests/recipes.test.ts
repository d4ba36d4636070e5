import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { recipes } from '../recipes/catalog.ts';
import { temporaryFolder, unrolled } from './support/binary.ts';

const folder = temporaryFolder();

test.each(Object.entries(recipes))('%s has flags that `unrolled train` takes', async (_, card) => {
  for (const flags of [card.flags, `${card.flags} ${card.quick}`]) {
    const { status, stderr } = await unrolled(folder, 'train', 'missing.txt', ...flags.split(' '));
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/^missing\.txt: there is no such file/);
  }
});

test('without a name or the texts it says what it needs', async () => {
  const recipe = (...args: string[]) =>
    new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile('npx', ['--no-install', 'tsx', 'recipes/run.ts', ...args], (error, _, stderr) =>
        resolve({ code: error?.code, stderr }),
      );
    });
  expect(await recipe()).toMatchObject({ code: 2, stderr: expect.stringContaining('got no name') });
  const { code, stderr } = await recipe('ch05', '--data', folder);
  expect(code).toBe(2);
  expect(stderr).toContain('has no ptb.train.txt, ptb.valid.txt and ptb.test.txt');
});
