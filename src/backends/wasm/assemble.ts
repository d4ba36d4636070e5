import { UnrolledError } from '../../errors.ts';
import { Arena } from '../../tensor/arena.ts';
import { MAX_THREADS } from '../names.ts';
import type { Blas } from './blas/blas.ts';
import { koffiPath } from './blas/library.ts';
import type { Simd } from './kernel-bytes.ts';
import type { Kernels } from './kernels.ts';
import { addressSpace } from './limits/address-space.ts';
import { WasmMemory } from './memory.ts';
import {
  type CompiledKernels,
  chooseSimd,
  compileKernels,
  identifyModule,
  instantiateKernels,
} from './module.ts';
import { argumentSlots } from './programs/list.ts';
import { createControl } from './threads/control.ts';
import { coreCount, sharingObstacle } from './threads/platform.ts';
import { Pool } from './threads/pool.ts';
import type { ThreadStart } from './threads/start.ts';
import type { Workers } from './threads/start-workers.ts';
import { engineOf } from './threads/thread-engine.ts';

export interface WasmOptions {
  /** Which kernels. Default: `relaxed` if the JavaScript engine supports it, else `strict`. */
  simd?: Simd;
  /**
   * The number of compute threads, including the calling thread. Default: all cores, at most 64. There are fewer if there
   * are fewer cores, and one if memory can't be shared or workers can't start.
   */
  threads?: number;
  /** The precompiled kernels. Default: compiled here. */
  module?: WebAssembly.Module;
  /** Receives one line if there are fewer threads or less memory than requested. Default: none. */
  notice?: (line: string) => void;
  /** The BLAS that computes the matrix products, or null for the kernels. */
  blas?: Blas | null;
}

/** The parts of a backend. */
export interface Assembly {
  readonly arena: Arena;
  readonly kernels: Kernels;
  readonly pool: Pool;
  readonly simd: Simd;
  /** Why there are fewer threads or less memory than requested. */
  readonly obstacles: readonly string[];
}

const NO_ADDRESS_SPACE = 'ulimit -v leaves no address space for more';
const NEEDS_SHARED = 'the module is not for shared memory; use unrolled/kernels-shared.wasm';

/**
 * Creates kernels, memory and threads.
 * @throws for invalid options, and if the system reserves no memory
 */
export async function assemble(options: WasmOptions): Promise<Assembly> {
  const { memoryBytes, workers: maxWorkers } = addressSpace();
  const plan = planThreads(options.threads, maxWorkers);
  const compiled = await kernelsFor(options);
  const memory = new WasmMemory(compiled.shared, memoryBytes);
  const arena = new Arena(memory, 'float32');
  const kernels = instantiateKernels(compiled.module, memory.memory);
  const threadMemory = () => ({
    memory: memory.memory,
    scratch: arena.tensor([kernels.gemmScratchBytes() / 4]).byteOffset,
  });
  const blas = options.blas ?? null;
  const engine = engineOf(kernels, threadMemory(), blas);
  const unshared = sharingObstacle() ?? (compiled.shared ? null : NEEDS_SHARED);
  const count = unshared === null ? plan.count : 1;
  const common = { module: compiled.module, count, blas: blas && sourceOf(blas) };
  const starts = Array.from({ length: count - 1 }, (_, i) => ({
    ...common,
    ...threadMemory(),
    index: i + 1,
  }));
  const { control, workers, obstacle } = await startWorkers(starts);
  const fewer = plan.wanted === 1 ? null : (unshared ?? obstacle ?? plan.obstacle);
  if (fewer !== null) options.notice?.(`threads: ${workers.length + 1} of ${plan.wanted}: ${fewer}.`);
  if (memory.obstacle !== null) options.notice?.(`wasm: ${memory.obstacle}.`);
  const obstacles = [fewer, memory.obstacle].filter((reason) => reason !== null);
  return { arena, kernels, pool: new Pool(engine, control, workers), simd: compiled.simd, obstacles };
}

/** Loads the code that starts threads on demand: a page may have none. */
async function startWorkers(starts: readonly Omit<ThreadStart, 'control'>[]): Promise<Workers> {
  if (starts.length === 0) {
    return { control: createControl(false, argumentSlots), workers: [], obstacle: null };
  }
  const [workers, methods] = await Promise.all([
    import('./threads/start-workers.ts'),
    import('./threads/start-thread.ts'),
  ]);
  return workers.startWorkers(starts, methods.startMethods());
}

function sourceOf({ file }: Blas): ThreadStart['blas'] {
  return { file, koffi: koffiPath() };
}

interface ThreadPlan {
  /** The requested number. */
  readonly wanted: number;
  /** At most `wanted`. */
  readonly count: number;
  /** Why fewer; else null. */
  readonly obstacle: string | null;
}

/** Limits the threads to the cores: more threads would only wait for one another. */
function planThreads(threads: number | undefined, maxWorkers: number): ThreadPlan {
  const cores = coreCount();
  const wanted = checkThreads(threads ?? Math.min(cores, MAX_THREADS));
  const count = Math.min(wanted, cores, maxWorkers + 1);
  if (count === wanted) return { wanted, count, obstacle: null };
  const limit =
    count === cores ? `this process may use ${cores} core${cores === 1 ? '' : 's'}` : NO_ADDRESS_SPACE;
  return { wanted, count, obstacle: limit };
}

function kernelsFor({ module, simd }: WasmOptions): Promise<CompiledKernels> | CompiledKernels {
  if (module !== undefined) return identifyModule(module, simd);
  return compileKernels(chooseSimd(simd), sharingObstacle() === null);
}

function checkThreads(threads: number): number {
  if (Number.isInteger(threads) && threads >= 1 && threads <= MAX_THREADS) return threads;
  throw new UnrolledError(
    'option-value',
    `wasm: threads is ${threads}; it must be an integer from 1 to ${MAX_THREADS}.`,
  );
}
