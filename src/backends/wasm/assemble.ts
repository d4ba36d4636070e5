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
  /** Which of the two modules. Default: `relaxed` where the engine knows it. */
  simd?: Simd;
  /**
   * Threads that compute, the caller's included. Default: all cores, 64 at most. Where there are fewer cores there
   * are fewer, and one where memory can't be shared or no worker starts.
   */
  threads?: number;
  /** The kernels, already compiled. Default: they are compiled here. */
  module?: WebAssembly.Module;
  /** Receives one line for whatever is less than was asked for. Default: none. */
  notice?: (line: string) => void;
  /** The BLAS that takes the matrix products over, or null for our own. */
  blas?: Blas | null;
}

/** What a backend computes with. */
export interface Assembly {
  readonly arena: Arena;
  readonly kernels: Kernels;
  readonly pool: Pool;
  readonly simd: Simd;
  /** What is less than was asked for, and why. */
  readonly obstacles: readonly string[];
}

const NO_ADDRESS_SPACE = 'ulimit -v leaves no address space for more';
const NEEDS_SHARED = 'the module takes no shared memory: unrolled/kernels-shared.wasm does';

/** Makes kernels, memory and threads. @throws for options that are none, and where no memory can be had */
export async function assemble(options: WasmOptions): Promise<Assembly> {
  const { memoryBytes, workers: room } = addressSpace();
  const plan = planThreads(options.threads, room);
  const compiled = await kernelsFor(options);
  const memory = new WasmMemory(compiled.shared, memoryBytes);
  const arena = new Arena(memory, 'float32');
  const kernels = instantiateKernels(compiled.module, memory.memory);
  const place = () => ({
    memory: memory.memory,
    scratch: arena.tensor([kernels.gemmScratchBytes() / 4]).byteOffset,
  });
  const blas = options.blas ?? null;
  const engine = engineOf(kernels, place(), blas);
  const unshared = sharingObstacle() ?? (compiled.shared ? null : NEEDS_SHARED);
  const count = unshared === null ? plan.count : 1;
  const common = { module: compiled.module, count, blas: blas && sourceOf(blas) };
  const starts = Array.from({ length: count - 1 }, (_, i) => ({ ...common, ...place(), index: i + 1 }));
  const { control, workers, obstacle } = await startWorkers(starts);
  const fewer = plan.wanted === 1 ? null : (unshared ?? obstacle ?? plan.obstacle);
  if (fewer !== null) options.notice?.(`threads: ${workers.length + 1} of ${plan.wanted}: ${fewer}.`);
  if (memory.obstacle !== null) options.notice?.(`wasm: ${memory.obstacle}.`);
  const obstacles = [fewer, memory.obstacle].filter((reason) => reason !== null);
  return { arena, kernels, pool: new Pool(engine, control, workers), simd: compiled.simd, obstacles };
}

/** What starts threads is loaded where there are some: a page may have none. */
async function startWorkers(starts: readonly Omit<ThreadStart, 'control'>[]): Promise<Workers> {
  if (starts.length === 0) {
    return { control: createControl(false, argumentSlots), workers: [], obstacle: null };
  }
  const [workers, ways] = await Promise.all([
    import('./threads/start-workers.ts'),
    import('./threads/start-thread.ts'),
  ]);
  return workers.startWorkers(starts, ways.startMethods());
}

function sourceOf({ file }: Blas): ThreadStart['blas'] {
  return { file, koffi: koffiPath() };
}

interface ThreadPlan {
  readonly wanted: number;
  /** `wanted` or fewer. */
  readonly count: number;
  /** Why fewer; else null. */
  readonly obstacle: string | null;
}

/** More threads than cores would only take turns, each waiting for all. @param room for so many workers */
function planThreads(threads: number | undefined, room: number): ThreadPlan {
  const cores = coreCount();
  const wanted = checkThreads(threads ?? Math.min(cores, MAX_THREADS));
  const count = Math.min(wanted, cores, room + 1);
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
