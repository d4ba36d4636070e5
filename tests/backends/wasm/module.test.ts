import { afterEach, expect, test, vi } from 'vitest';
import { compileKernels } from '../../../src/backends/wasm/module.ts';

afterEach(() => vi.restoreAllMocks());

test('a host that forbids compiling is told what to allow, or to give', async () => {
  vi.spyOn(WebAssembly, 'compile').mockRejectedValue(new WebAssembly.CompileError('violates the policy'));
  await expect(compileKernels('strict', false)).rejects.toMatchObject({
    name: 'UnrolledError',
    code: 'backend-missing',
    message: expect.stringMatching(/violates the policy.*'wasm-unsafe-eval'.*\{ module \}/),
  });
});
