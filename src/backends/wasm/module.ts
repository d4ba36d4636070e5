import { UnrolledError } from '../../errors.ts';
import type { Kernels } from './kernels.ts';
import { relaxedBase64, strictBase64 } from './module-bytes.ts';

/**
 * `relaxed` fuses a multiplication and an addition into one rounding where the machine can: about
 * twice as fast, with other last bits. `strict` gives the same bits on every machine.
 */
export type Simd = 'strict' | 'relaxed';

/** Compiles the kernels over `memory`. Without a wish: relaxed where the engine knows it. */
export async function instantiateKernels(
  memory: WebAssembly.Memory,
  wish?: Simd,
): Promise<{ kernels: Kernels; simd: Simd }> {
  const relaxed = decode(relaxedBase64);
  const simd = wish ?? (WebAssembly.validate(relaxed) ? 'relaxed' : 'strict');
  const bytes = simd === 'relaxed' ? relaxed : decode(strictBase64);
  if (!WebAssembly.validate(bytes)) {
    throw new UnrolledError(
      `wasm: this JavaScript engine has no ${simd} SIMD; it needs a newer one. ` +
        "Use a current browser or Node, or the backend 'reference'.",
    );
  }
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  return { kernels: instance.exports as unknown as Kernels, simd };
}

function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
