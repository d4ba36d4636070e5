import { afterEach, expect, test, vi } from 'vitest';
import { compileKernels } from '../../../src/backends/wasm/module.ts';

afterEach(() => vi.restoreAllMocks());

test('an error on a host that forbids compiling says what to allow or pass', async () => {
  vi.spyOn(WebAssembly, 'compile').mockRejectedValue(new WebAssembly.CompileError('violates the policy'));
  await expect(compileKernels('strict', false)).rejects.toMatchObject({
    name: 'UnrolledError',
    code: 'backend-missing',
    message: expect.stringMatching(/violates the policy.*'wasm-unsafe-eval'.*\{ module \}/),
  });
});
