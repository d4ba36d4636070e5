// kernels/*.ts -> src/backends/wasm/module-bytes.ts: the modules as text, so that the package needs
// no file to fetch in a page and none to read in Node.
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';

const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory'];
const shared = ['--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'];
// Threads need a shared memory, which a page has only when it is cross-origin isolated.
const modules = {
  strict: ['--enable', 'simd'],
  relaxed: ['--enable', 'simd,relaxed-simd'],
  strictShared: ['--enable', 'simd,threads', ...shared],
  relaxedShared: ['--enable', 'simd,relaxed-simd,threads', ...shared],
};

export async function buildKernels() {
  let source = '// Made from kernels/ by scripts/build-kernels.mjs; not kept in the repository.\n';
  source += 'export const modules: Readonly<Record<string, string>> = {\n';
  for (const [name, options] of Object.entries(modules)) {
    source += `  ${name}:\n    '${Buffer.from(await compile(options)).toString('base64')}',\n`;
  }
  source += '};\n';
  writeFileSync('src/backends/wasm/module-bytes.ts', source);
}

async function compile(options) {
  const files = new Map();
  const { error, stderr } = await asc.main(
    ['kernels/index.ts', ...flags, ...options, '--outFile', 'kernels.wasm'],
    { writeFile: (name, contents) => void files.set(name, contents) },
  );
  if (error) throw new Error(`${error.message}\n${stderr}`);
  return files.get('kernels.wasm');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await buildKernels();
