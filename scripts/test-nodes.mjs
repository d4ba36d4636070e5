// `npm run test:nodes`: the packed package trains and generates on each Node release line, and the
// model file has the same bytes on all of them. Fetches Node from npm; not part of `npm test`.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install, pack, run } from './commands.mjs';

const LINES = [20, 22, 24, 26];
const PROGRAM = join('node_modules', 'unrolled', 'dist', 'cli', 'main.js');
const TRAIN = [
  '--backend',
  'wasm-strict',
  '--epochs',
  '3',
  '--hidden',
  '32',
  '--embedding',
  '32',
  '--batch',
  '4',
];

const folder = mkdtempSync(join(tmpdir(), 'unrolled-nodes-'));
try {
  run('npm', ['run', '--silent', 'build']);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  writeFileSync(join(folder, 'text.txt'), 'you say goodbye and i say hello .\nhello goodbye .\n'.repeat(100));
  install(folder, pack(folder).path);
  const results = LINES.map(tryNode);
  const digests = new Set(results.map(({ digest }) => digest));
  console.log(digests.size === 1 ? 'The same bytes on all.' : 'The bytes differ, or a Node failed.');
  process.exitCode = digests.size === 1 && !digests.has(null) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** Trains and generates on one release line of Node, and prints the result. */
function tryNode(line) {
  const node = (...args) => run('npx', ['-y', '-p', `node@${line}`, '--', 'node', ...args], { cwd: folder });
  const file = `model-${line}.safetensors`;
  try {
    const version = node('--version').trim();
    node(PROGRAM, 'train', 'text.txt', ...TRAIN, '--out', file);
    const text = node(
      PROGRAM,
      'generate',
      file,
      '--backend',
      'wasm-strict',
      '--prompt',
      'you',
      '--length',
      '8',
    );
    const digest = createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex');
    console.log(`Node ${version}: ${digest.slice(0, 16)}  ${JSON.stringify(text.trim())}`);
    return { digest };
  } catch (error) {
    console.log(`Node ${line}: failed\n${error.message}`);
    return { digest: null };
  }
}
