type Builtin = (name: string) => unknown;

/**
 * A module of Node itself, or null in a page. Not an import, so that a bundler for pages finds
 * nothing of Node's in the library.
 */
export function nodeBuiltin<Module>(name: string): Module | null {
  const { process } = globalThis as { process?: { getBuiltinModule?: Builtin } };
  return (process?.getBuiltinModule?.(`node:${name}`) as Module | undefined) ?? null;
}

/** Whether threads can share memory here: in Node, and in a cross-origin isolated page. */
export function canShareMemory(): boolean {
  if (typeof SharedArrayBuffer === 'undefined') return false;
  return nodeBuiltin('worker_threads') !== null || globalThis.crossOriginIsolated === true;
}

/** The number of cores that the system reports. */
export function coreCount(): number {
  const os = nodeBuiltin<typeof import('node:os')>('os');
  return os ? os.availableParallelism() : (globalThis.navigator?.hardwareConcurrency ?? 1);
}
