import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import { UnrolledError } from '../../src/errors.ts';
import '../support/backends.ts'; // relaxed SIMD on Node 20
import { pretendCores } from '../support/cores.ts';

const threads = process.getBuiltinModule('node:worker_threads');
const { Worker: Original } = threads;
const { Memory } = WebAssembly;

/** All threads take part, where there are threads. */
function works(backend: Backend): boolean {
  const x = backend.arena.tensor([1 << 17]);
  backend.fill(x, 1.5);
  return backend.readSync!(x).every((number) => number === 1.5);
}

afterEach(() => {
  threads.Worker = Original;
  WebAssembly.Memory = Memory;
  pretendCores(4);
  vi.restoreAllMocks();
});

pretendCores(4);

test('a host without workers gets one thread; the description and a notice give the reason', async () => {
  threads.Worker = class extends Original {
    constructor(...given: ConstructorParameters<typeof Original>) {
      super(...given);
      throw new Error('Access to this API has been restricted.');
    }
  };
  const notice = vi.fn();
  const backend = await openBackend('wasm-strict', { threads: 3, notice });
  const reason = 'no worker starts: Access to this API has been restricted';
  expect(backend.description).toBe(`wasm, float32, strict SIMD, 1 thread (${reason})`);
  expect(notice.mock.calls).toEqual([[`threads: 1 of 3: ${reason}.`]]);
  expect(works(backend)).toBe(true);
});

test('workers that end immediately are not waited for', async () => {
  threads.Worker = class extends Original {
    constructor(_: string | URL, options: ConstructorParameters<typeof Original>[1]) {
      super('process.exit(7)', { ...options, eval: true });
    }
  };
  const { description, threads: count } = await openBackend('wasm', { threads: 3 });
  expect([count, description]).toEqual([1, expect.stringContaining('ended with exit code 7')]);
});

test('the number of threads is limited to the cores, with a notice', async () => {
  pretendCores(2);
  const notice = vi.fn();
  const backend = await openBackend('wasm-strict', { threads: 8, notice });
  expect(backend.description).toBe('wasm, float32, strict SIMD, 2 threads (this process may use 2 cores)');
  expect(notice.mock.calls).toEqual([['threads: 2 of 8: this process may use 2 cores.']]);
  expect(works(backend)).toBe(true);
  backend.close();
});

test('a smaller memory is used if the system reserves no more, with a notice', async () => {
  WebAssembly.Memory = class extends Memory {
    constructor(options: WebAssembly.MemoryDescriptor) {
      if (options.maximum! > 8192) throw new RangeError('could not allocate memory');
      super(options);
    }
  };
  const backend = await openBackend('wasm-strict', { threads: 1 });
  expect(backend.description).toMatch(/ 1 thread \(at most 512 MiB of memory: .*\)$/);
  expect(works(backend)).toBe(true);
  const tooMuch = () => backend.arena.reserve(2 ** 30);
  expect(tooMuch).toThrow('wasm: the model needs 1 GiB; this WebAssembly memory holds at most 512 MiB');
});

const compiled = (name: string): WebAssembly.Module =>
  new WebAssembly.Module(readFileSync(new URL(`../../dist/${name}.wasm`, import.meta.url)));

test('a precompiled module needs no compiler', async () => {
  const [one, several] = [compiled('kernels-strict'), compiled('kernels-strict-shared')];
  const forbidden = () => {
    throw new Error('Wasm code generation disallowed by embedder');
  };
  vi.spyOn(WebAssembly, 'compile').mockImplementation(forbidden);
  vi.spyOn(WebAssembly, 'validate').mockImplementation(forbidden);
  const alone = await openBackend('wasm', { module: one, threads: 2 });
  expect(alone.description).toBe(
    'wasm, float32, strict SIMD, 1 thread (the module is not for shared memory; use unrolled/kernels-shared.wasm)',
  );
  const both = await openBackend('wasm-strict', { module: several, threads: 2 });
  expect(both.description).toBe('wasm, float32, strict SIMD, 2 threads');
  expect(works(alone) && works(both)).toBe(true);
  both.close();
});

test.each([
  [
    'no module',
    'kernels.wasm' as unknown as WebAssembly.Module,
    /module is not a WebAssembly\.Module; .*Compile /,
  ],
  [
    'not a module of kernels',
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)),
    /module is another module; /,
  ],
])('%s is refused', async (_, module, message) => {
  await expect(openBackend('wasm', { module })).rejects.toThrow(message);
  await expect(openBackend('wasm', { module })).rejects.toBeInstanceOf(UnrolledError);
});

test('a relaxed module is refused by wasm-strict', async () => {
  const module = compiled('kernels');
  await expect(openBackend('wasm-strict', { module })).rejects.toThrow('module has relaxed SIMD; ');
});

test('an unknown backend is an error that names the known ones', async () => {
  await expect(openBackend('cuda')).rejects.toThrow(
    "openBackend: got 'cuda'; it must be one of auto, blas, wasm, wasm-strict, reference.",
  );
});
