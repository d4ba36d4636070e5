import { UnrolledError } from '../../errors.ts';
import { kernelBytes, type Simd } from './kernel-bytes.ts';
import type { Kernels } from './kernels.ts';
import { digest } from './module-bytes.ts';

/** The kernels, compiled. */
export interface CompiledKernels {
  readonly module: WebAssembly.Module;
  readonly simd: Simd;
  /** Whether the module takes a shared memory, and so serves several threads. */
  readonly shared: boolean;
}

const FILES = 'unrolled/kernels.wasm, or one of the others beside it';

/** `wish`, or the faster of the two that this engine knows. */
export function chooseSimd(wish?: Simd): Simd {
  const choices: readonly Simd[] = wish ? [wish] : ['relaxed', 'strict'];
  const simd = choices.find((choice) => WebAssembly.validate(kernelBytes(choice, false)));
  if (simd) return simd;
  throw new UnrolledError(
    'backend-missing',
    `wasm: this JavaScript engine has no ${choices.join(' or ')} SIMD; it needs a newer one. ` +
      "Use a current browser or Node, or the backend 'reference'.",
  );
}

export async function compileKernels(simd: Simd, shared: boolean): Promise<CompiledKernels> {
  try {
    return { module: await WebAssembly.compile(kernelBytes(simd, shared)), simd, shared };
  } catch (error) {
    throw new UnrolledError(
      'backend-missing',
      `wasm: this host compiles no WebAssembly (${(error as Error).message}). ` +
        "In a page add 'wasm-unsafe-eval' to script-src; elsewhere give { module }, or use 'reference'.",
      { cause: error },
    );
  }
}

/**
 * What a module that the host compiled is.
 * @throws unless it is one of this version's, with the wanted SIMD
 */
export function identifyModule(module: WebAssembly.Module, wanted?: Simd): CompiledKernels {
  const simd = simdOf(module);
  if (wanted !== undefined && wanted !== simd) {
    throw new UnrolledError(
      'option-value',
      `openBackend: module has ${simd} SIMD; the backend needs ${wanted}. ` +
        'Compile unrolled/kernels-strict.wasm for wasm-strict, unrolled/kernels.wasm for wasm.',
    );
  }
  return { module, simd, shared: takesSharedMemory(module) };
}

function simdOf(module: WebAssembly.Module): Simd {
  const isModule = Object.prototype.toString.call(module) === '[object WebAssembly.Module]';
  const [section] = isModule ? WebAssembly.Module.customSections(module, 'unrolled') : [];
  const [simd, version] = section ? new TextDecoder().decode(section).split(' ') : [];
  if (version === digest) return simd as Simd;
  const got = isModule ? (section ? 'kernels of another version' : 'other code') : 'no WebAssembly.Module';
  throw new UnrolledError(
    'option-value',
    `openBackend: module is ${got}; it needs the compiled kernels of this version. Compile ${FILES}.`,
  );
}

/** No property tells which memory a module takes; instantiating does. */
function takesSharedMemory(module: WebAssembly.Module): boolean {
  try {
    instantiateKernels(module, new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }));
    return true;
  } catch {
    return false;
  }
}

/** The kernels over `memory`; without delay, so that a thread can start inside one message. */
export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}
