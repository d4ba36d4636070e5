// kernels/*.ts -> src/backends/wasm/module-bytes.ts: both modules as text, so that the package needs
// no file to fetch in a page and none to read in Node.
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';

const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory'];
const modules = { strict: 'simd', relaxed: 'simd,relaxed-simd' };

export async function buildKernels() {
  let source = '// Made from kernels/ by scripts/build-kernels.mjs; not kept in the repository.\n';
  for (const [name, features] of Object.entries(modules)) {
    const base64 = Buffer.from(await compile(features)).toString('base64');
    source += `export const ${name}Base64: string =\n  '${base64}';\n`;
  }
  writeFileSync('src/backends/wasm/module-bytes.ts', source);
}

async function compile(features) {
  const files = new Map();
  const { error, stderr } = await asc.main(
    ['kernels/index.ts', ...flags, '--enable', features, '--outFile', 'kernels.wasm'],
    { writeFile: (name, contents) => void files.set(name, contents) },
  );
  if (error) throw new Error(`${error.message}\n${stderr}`);
  return files.get('kernels.wasm');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await buildKernels();
