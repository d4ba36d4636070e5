import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalog, commandNames, loadCommand } from '../../../src/cli/commands/catalog.ts';
import { temporaryFolder, unrolled } from '../../support/process.ts';

const folder = temporaryFolder();
const commands = await Promise.all(commandNames.map(async (name) => (await loadCommand(name))!));

test.each(commands)('unrolled $name --help names each flag, its default and examples', async (command) => {
  const { status, stdout, stderr } = await unrolled(folder, ...command.name.split(' '), '--help');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const written = stdout.replace(/\s+/g, ' ');
  for (const [flag, option] of Object.entries(command.options)) {
    expect(stdout).toContain(`  --${flag} `);
    expect(written).toContain(option.help);
    if ('default' in option) expect(written).toContain(`default: ${option.default})`);
  }
  expect(command.examples.length).toBeGreaterThan(1);
  for (const { line } of command.examples) {
    expect(line).toMatch(`unrolled ${command.name}`);
    expect(stdout).toContain(line);
  }
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('the examples use only existing flags', () => {
  for (const { examples, options } of commands) {
    for (const { line } of examples) {
      for (const [, flag] of line.matchAll(/--([a-z0-9-]+)/g)) expect(Object.keys(options)).toContain(flag);
    }
  }
});

test('unrolled alone and unrolled --help list the commands', async () => {
  const alone = await unrolled(folder);
  expect(alone).toEqual(await unrolled(folder, '--help'));
  expect(alone).toMatchObject({ status: 0, stderr: '' });
  for (const { name, summary } of catalog) expect(alone.stdout).toMatch(new RegExp(`${name} +${summary}`));
});

test('unrolled help and unrolled --help take a command', async () => {
  const [asked, ...others] = await Promise.all(
    [
      ['score', '--help'],
      ['help', 'score'],
      ['--help', 'score'],
      ['-h', 'score'],
    ].map((args) => unrolled(folder, ...args)),
  );
  for (const other of others) expect(other).toEqual(asked);
  expect(await unrolled(folder, 'help')).toEqual(await unrolled(folder, '--help'));
});

test('a group of commands lists them, by --help and by help, and help takes one of them', async () => {
  const [asked, ...others] = await Promise.all(
    [['--help'], ['-h']]
      .map((args) => unrolled(folder, 'tokenizer', ...args))
      .concat(unrolled(folder, 'help', 'tokenizer')),
  );
  expect(asked).toMatchObject({ status: 0, stderr: '' });
  expect(asked.stdout).toMatch(/unrolled tokenizer <command> \[flags\]/);
  for (const name of ['train', 'encode', 'decode', 'show'])
    expect(asked.stdout).toMatch(new RegExp(`^ {2}${name} {2,}\\w`, 'm'));
  for (const other of others) expect(other).toEqual(asked);
  const [one, same] = [
    ['tokenizer', 'encode', '--help'],
    ['help', 'tokenizer', 'encode'],
  ].map((args) => unrolled(folder, ...args));
  expect(await one).toEqual(await same);
  expect((await one).stdout).toMatch(/unrolled tokenizer encode TOKENIZER\|MODEL FILE\|- \[flags\]/);
});

test('help has no escape codes if the output is not a terminal', async () => {
  const { stdout } = await unrolled(folder, 'train', '--help');
  expect(stdout).not.toContain('\x1b');
});

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  expect(await unrolled(folder, '--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
});
