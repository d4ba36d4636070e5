import { cpuQuota } from '../limits/cpu-quota.ts';

type Builtin = (name: string) => unknown;

/**
 * A module of Node itself, or null in a page. Not an import, so that a bundler for pages finds
 * nothing of Node's in the library.
 */
export function nodeBuiltin<Module>(name: string): Module | null {
  const { process } = globalThis as { process?: { getBuiltinModule?: Builtin } };
  return (process?.getBuiltinModule?.(`node:${name}`) as Module | undefined) ?? null;
}

/** What keeps threads from sharing memory here, in words; null when they can. */
export function sharingObstacle(): string | null {
  if (nodeBuiltin('worker_threads') === null) {
    if (globalThis.crossOriginIsolated !== true) return 'the page is not cross-origin isolated';
    if (typeof Worker === 'undefined') return 'a service worker starts no workers';
  }
  return typeof SharedArrayBuffer === 'undefined' ? 'this engine shares no memory between threads' : null;
}

/** How many cores this process may use: those of the system, or as many as its container's share of time is worth. */
export function coreCount(): number {
  const os = nodeBuiltin<typeof import('node:os')>('os');
  if (!os) return globalThis.navigator?.hardwareConcurrency ?? 1;
  return Math.max(1, Math.min(os.availableParallelism(), Math.floor(cpuQuota(readSystemFile))));
}

/** What the system says in a file, as text. @throws where there is no such file, and in a page */
export function readSystemFile(path: string): string {
  const fs = nodeBuiltin<typeof import('node:fs')>('fs');
  if (!fs) throw new Error('a page reads no files');
  return fs.readFileSync(path, 'utf8');
}
