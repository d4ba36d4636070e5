import { readSystemFile } from '../threads/platform.ts';

/** The address space that a Node worker reserves, in bytes, with a margin. */
const WORKER_BYTES = 2 ** 30;

/**
 * The address space that this process may still reserve, in bytes: the rest of `ulimit -v` on Linux. Infinity without a
 * limit, and if the limit can't be read.
 */
export function freeAddressSpace(): number {
  try {
    const number = (file: string, line: RegExp) =>
      Number(line.exec(readSystemFile(`/proc/self/${file}`))?.[1]);
    const free =
      number('limits', /^Max address space +(\d+)/m) - 1024 * number('status', /^VmSize:\s+(\d+) kB/m);
    return Number.isNaN(free) ? Number.POSITIVE_INFINITY : free;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** Half of the free address space is for a backend's memory, the other half for its workers and the program. */
export function addressSpace(): { readonly memoryBytes: number; readonly workers: number } {
  const half = freeAddressSpace() / 2;
  return { memoryBytes: half, workers: Math.floor(half / WORKER_BYTES) };
}
