import { UnrolledError } from '../../errors.ts';
import type { Kernels } from './kernels.ts';
import { modules } from './module-bytes.ts';

/**
 * `relaxed` fuses a multiplication and an addition into one rounding where the machine can: about
 * twice as fast, with other last bits. `strict` gives the same bits on every machine.
 */
export type Simd = 'strict' | 'relaxed';

/** `wish`, or the faster of the two that this engine knows. */
export function chooseSimd(wish?: Simd): Simd {
  const choices: readonly Simd[] = wish ? [wish] : ['relaxed', 'strict'];
  const simd = choices.find((choice) => WebAssembly.validate(bytesOf(choice)));
  if (simd) return simd;
  throw new UnrolledError(
    'backend-missing',
    `wasm: this JavaScript engine has no ${choices.join(' or ')} SIMD; it needs a newer one. ` +
      "Use a current browser or Node, or the backend 'reference'.",
  );
}

export function compileKernels(simd: Simd, shared: boolean): Promise<WebAssembly.Module> {
  return WebAssembly.compile(bytesOf(shared ? `${simd}Shared` : simd));
}

/** The kernels over `memory`; without delay, so that a thread can start inside one message. */
export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}

function bytesOf(name: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(modules[name]), (character) => character.charCodeAt(0));
}
