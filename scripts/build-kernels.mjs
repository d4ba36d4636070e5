// kernels/*.ts -> src/backends/wasm/module-bytes.ts: the modules as text, so that pages and Node need no extra file;
// and as .wasm files for hosts that forbid compiling.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import asc from 'assemblyscript/asc';
import { commonOf, differenceOf, textOf } from './kernel-text.mjs';

const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory'];
const memory = ['--initialMemory', '1', '--maximumMemory', '65536'];
/** The bytes before the flags of the imported memory. */
const MEMORY_IMPORT = '\x03env\x06memory\x02';
const SHARED = 2;
// Binaryen is megabytes of WebAssembly that run for seconds: compiling them well takes longer than it saves.
for (const flag of ['--liftoff-only', '--wasm-lazy-compilation']) setFlagsFromString(flag);
const simd = { strict: 'simd', relaxed: 'simd,relaxed-simd' };

/** Writes module-bytes.ts. Returns the modules by name, each for one thread and for shared memory. */
export async function buildKernels() {
  const modules = {};
  for (const [name, features] of Object.entries(simd)) {
    modules[name] = await compile(['--enable', features]);
    modules[`${name}-shared`] = withSharedMemory(modules[name]);
  }
  const { strict, relaxed } = modules;
  const digest = createHash('sha256').update(strict).update(relaxed).digest('hex').slice(0, 16);
  const difference = differenceOf(strict, relaxed);
  const common = commonOf([...strict, ...difference]);
  const constants = { common, strict: textOf(strict, common), relaxed: textOf(difference, common), digest };
  const lines = Object.entries(constants).map(
    ([name, value]) => `export const ${name}: string = ${JSON.stringify(value)};\n`,
  );
  const comment = '// Made from kernels/ by scripts/build-kernels.mjs; not kept in the repository.\n';
  writeFileSync('src/backends/wasm/module-bytes.ts', comment + lines.join(''));
  return { modules, digest };
}

/** Writes `kernels.wasm` and its variants; a custom section identifies the kernels. */
export function writeKernelFiles({ modules, digest }, folder) {
  const types = 'declare const kernels: WebAssembly.Module;\nexport default kernels;\n';
  writeFileSync(
    join(folder, 'kernel-module.d.ts'),
    `/** The type of a .wasm file that a host has compiled. */\n${types}`,
  );
  for (const [name, bytes] of Object.entries(modules)) {
    const file = `kernels-${name}`.replace('-relaxed', '');
    const section = ['unrolled', `${name.replace('-shared', '')} ${digest}`];
    writeFileSync(join(folder, `${file}.wasm`), Buffer.concat([bytes, customSection(...section)]));
  }
}

function customSection(name, text) {
  const content = Buffer.from(`${String.fromCharCode(name.length)}${name}${text}`);
  return Buffer.concat([Buffer.from([0, content.length]), content]);
}

/** The module for several threads differs in one flag, as in src/backends/wasm/kernel-bytes.ts: compiling it again takes as long. */
function withSharedMemory(module) {
  const start = Buffer.from(module).indexOf(MEMORY_IMPORT);
  if (start < 0) throw new Error('the kernels import no memory under the expected name');
  const shared = Uint8Array.from(module);
  shared[start + MEMORY_IMPORT.length] |= SHARED;
  return shared;
}

async function compile(options) {
  const files = new Map();
  const { error, stderr } = await asc.main(
    ['kernels/index.ts', ...flags, ...memory, ...options, '--outFile', 'kernels.wasm'],
    { writeFile: (name, contents) => void files.set(name, contents) },
  );
  if (error) throw new Error(`${error.message}\n${stderr}`);
  return files.get('kernels.wasm');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await buildKernels();
