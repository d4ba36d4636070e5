import { cpuQuota } from '../limits/cpu-quota.ts';

type Builtin = (name: string) => unknown;

/**
 * A built-in module of Node, or null in a page. It is not an import, so that bundlers for pages find no Node modules.
 */
export function nodeBuiltin<Module>(name: string): Module | null {
  const { process } = globalThis as { process?: { getBuiltinModule?: Builtin } };
  return (process?.getBuiltinModule?.(`node:${name}`) as Module | undefined) ?? null;
}

/** Why threads can't share memory here, in words; null if they can. */
export function sharingObstacle(): string | null {
  if (nodeBuiltin('worker_threads') === null) {
    if (globalThis.crossOriginIsolated !== true) return 'the page is not cross-origin isolated';
    if (typeof Worker === 'undefined') return 'a service worker starts no workers';
  }
  return typeof SharedArrayBuffer === 'undefined' ? 'this engine shares no memory between threads' : null;
}

/** The number of cores that this process may use: those of the system, limited by its container's CPU quota. */
export function coreCount(): number {
  const os = nodeBuiltin<typeof import('node:os')>('os');
  if (!os) return globalThis.navigator?.hardwareConcurrency ?? 1;
  return Math.max(1, Math.min(os.availableParallelism(), Math.floor(cpuQuota(readSystemFile))));
}

/**
 * The text of a system file.
 * @throws if there is no such file, and in a page
 */
export function readSystemFile(path: string): string {
  const fs = nodeBuiltin<typeof import('node:fs')>('fs');
  if (!fs) throw new Error("a page can't read files");
  return fs.readFileSync(path, 'utf8');
}
