import { readSystemFile } from '../threads/platform.ts';

/** Address space that a Node worker reserves, and some to spare. */
const WORKER_BYTES = 2 ** 30;

/**
 * How many bytes of address space this process may still reserve: what `ulimit -v` leaves it on Linux.
 * Infinity without a limit, and where none can be read.
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

/** Half of what is free goes to a backend's memory, the other half is for its workers and the program. */
export function addressSpace(): { readonly memoryBytes: number; readonly workers: number } {
  const half = freeAddressSpace() / 2;
  return { memoryBytes: half, workers: Math.floor(half / WORKER_BYTES) };
}
