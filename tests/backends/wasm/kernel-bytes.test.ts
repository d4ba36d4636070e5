import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { kernelBytes, type Simd } from '../../../src/backends/wasm/kernel-bytes.ts';
import { instantiateKernels } from '../../../src/backends/wasm/module.ts';
import '../../support/backends.ts'; // relaxed SIMD on Node 20

const memories = {
  shared: new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true }),
  own: new WebAssembly.Memory({ initial: 1, maximum: 65536 }),
};

const variants: [simd: Simd, shared: boolean, file: string][] = [
  ['strict', false, 'kernels-strict.wasm'],
  ['strict', true, 'kernels-strict-shared.wasm'],
  ['relaxed', false, 'kernels.wasm'],
  ['relaxed', true, 'kernels-shared.wasm'],
];

test.each(variants)('%s kernels, shared: %s, equal the output of the compiler', (simd, shared, file) => {
  const bytes = kernelBytes(simd, shared);
  const compiled = readFileSync(new URL(`../../../dist/${file}`, import.meta.url));
  // The file goes on with a section that names it.
  expect(Buffer.compare(bytes, compiled.subarray(0, bytes.length))).toBe(0);
});

test.each(variants)('%s kernels, shared: %s, accept only that kind of memory', async (simd, shared) => {
  const module = await WebAssembly.compile(kernelBytes(simd, shared));
  const [right, wrong] = shared ? [memories.shared, memories.own] : [memories.own, memories.shared];
  const kernels = instantiateKernels(module, right);
  const numbers = new Float32Array(right.buffer, 1024, 8);
  kernels.fill(1024, 2.5, 8);
  expect([...numbers]).toEqual(Array(8).fill(2.5));
  expect(() => instantiateKernels(module, wrong)).toThrow(WebAssembly.LinkError);
});
