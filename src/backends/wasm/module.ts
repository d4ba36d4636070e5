import { UnrolledError } from '../../errors.ts';
import { kernelBytes, type Simd } from './kernel-bytes.ts';
import type { Kernels } from './kernels.ts';
import { digest } from './module-bytes.ts';

/** The kernels, compiled. */
export interface CompiledKernels {
  readonly module: WebAssembly.Module;
  readonly simd: Simd;
  /** Whether the module is for shared memory, and therefore for several threads. */
  readonly shared: boolean;
}

const FILES = 'unrolled/kernels.wasm or one of its variants';

/** `wanted`, by default the faster kind that this engine supports. */
export function chooseSimd(wanted?: Simd): Simd {
  const choices: readonly Simd[] = wanted ? [wanted] : ['relaxed', 'strict'];
  const simd = choices.find((choice) => WebAssembly.validate(kernelBytes(choice, false)));
  if (simd) return simd;
  throw new UnrolledError(
    'backend-missing',
    `wasm: this JavaScript engine has no ${choices.join(' or ')} SIMD; the backend needs it. ` +
      "Use a current browser or Node, or the backend 'reference'.",
  );
}

export async function compileKernels(simd: Simd, shared: boolean): Promise<CompiledKernels> {
  try {
    return { module: await WebAssembly.compile(kernelBytes(simd, shared)), simd, shared };
  } catch (error) {
    throw new UnrolledError(
      'backend-missing',
      `wasm: this host can't compile WebAssembly (${(error as Error).message}). ` +
        "In a page, add 'wasm-unsafe-eval' to script-src; elsewhere pass { module }, or use 'reference'.",
      { cause: error },
    );
  }
}

/**
 * Identifies a precompiled module.
 * @throws unless it is a kernel module of this version, with the wanted SIMD
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
  const got = isModule
    ? section
      ? 'kernels of another version'
      : 'another module'
    : 'not a WebAssembly.Module';
  throw new UnrolledError(
    'option-value',
    `openBackend: module is ${got}; it needs the compiled kernels of this version. Compile ${FILES}.`,
  );
}

/** Tries to instantiate the module, because no property says which memory it needs. */
function takesSharedMemory(module: WebAssembly.Module): boolean {
  try {
    instantiateKernels(module, new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }));
    return true;
  } catch {
    return false;
  }
}

/** Instantiates the kernels over `memory`, synchronously, so that a thread can start within one message. */
export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
}
