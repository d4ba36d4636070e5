import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Running, sentences, tiny, unrolled } from './support/process.ts';
import { compiled, runProgram } from './support/program.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const korean = readFileSync(join(root, 'README.ko.md'), 'utf8');

/** The code of the fenced blocks of a language, `''` for commands and output. */
const fenced = (text: string, language: string): string[] =>
  [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , code]) => code);

const blocks = fenced(readme, 'ts');
const blockWith = (word: string): string => blocks.find((code) => code.includes(word)) as string;

// Inside the checkout, so that `unrolled` and `openai` are found as a user's program finds them.
mkdirSync(join(root, 'build'), { recursive: true });
const folder = mkdtempSync(join(root, 'build', 'readme-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = async (program: string, ...args: string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(join(root, 'node_modules/.bin', program), args, {
    cwd: folder,
  });
  return stdout;
};

const runInFolder = async (name: string) => runProgram(await compiled(join(folder, name)), [], folder);

beforeAll(async () => {
  const text = sentences(200).replaceAll('the old', 'my fellow');
  writeFileSync(join(folder, 'train.txt'), text);
  const { stderr } = await unrolled(folder, 'train', 'train.txt', ...tiny, '--out', 'model.safetensors');
  expect(stderr).toBe('');
});

test('the programs of the README type-check', async () => {
  expect(blocks).toHaveLength(4);
  for (const [i, code] of [...blocks, ...fenced(korean, 'ts')].entries()) {
    // Each is a program of its own; what it is given stands in the text around it.
    const given = code.includes('const text') ? '' : 'declare const text: string;\n';
    writeFileSync(join(folder, `block-${i}.ts`), `${given}${code}`);
  }
  const options = { strict: true, noEmit: true, skipLibCheck: true, module: 'nodenext', target: 'es2022' };
  const compilerOptions = { ...options, lib: ['es2022', 'dom', 'dom.iterable'], types: ['node'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['block-*.ts'] }));
  const said = await run('tsc', '-p', 'tsconfig.json').catch(({ stdout }: { stdout: string }) => stdout);
  expect(said).toBe('');
});

test('its program for Node generates a text from a model file', async () => {
  writeFileSync(join(folder, 'program.ts'), blockWith('generateText'));
  const { stdout } = await runInFolder('program.ts');
  expect(stdout).toMatch(/^my fellow (cat|dog|hen|cow) /);
});

test('its client talks to the server', async () => {
  const server = new Running(['serve', 'model.safetensors', '--port', '0', '--json'], folder);
  await server.says(/listening/);
  const { url } = JSON.parse(server.stdout);
  // Without a seed another text comes each time; the likeliest is always the same.
  const client = blockWith('OpenAI').replace('http://127.0.0.1:8080', url);
  writeFileSync(
    join(folder, 'client.ts'),
    client.replace('max_tokens: 60', 'max_tokens: 60, temperature: 0'),
  );
  expect((await runInFolder('client.ts')).stdout).toMatch(/^ (cat|dog|hen|cow) /);
  server.child.kill('SIGTERM');
  expect(await server.finished()).toMatchObject({ status: 0 });
});

test('the Korean README has the same programs, commands and outputs', () => {
  const withoutComments = (code: string): string => code.replace(/ *(\/\/|(?<!\S)#) .*$/gm, '');
  for (const language of ['', 'ts']) {
    expect(fenced(korean, language).map(withoutComments)).toEqual(
      fenced(readme, language).map(withoutComments),
    );
  }
});

test('the Korean README has the same numbers and the same links, and each README links the other', () => {
  const numbers = (text: string) => new Set(text.match(/\d+(?:[.,:]\d+)*/g));
  const links = (text: string) => new Set([...text.matchAll(/\]\(([^)#]+)/g)].map(([, link]) => link));
  expect([...numbers(readme)].filter((number) => !numbers(korean).has(number))).toEqual([]);
  const missing = [...links(readme)].filter((link) => !links(korean).has(link));
  expect(missing).toEqual(['README.ko.md']);
  expect(links(korean)).toContain('README.md');
});
