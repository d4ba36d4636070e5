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
  if (nodeBuiltin('worker_threads') === null && globalThis.crossOriginIsolated !== true) {
    return 'the page is not cross-origin isolated';
  }
  return typeof SharedArrayBuffer === 'undefined' ? 'this engine shares no memory between threads' : null;
}

/** The number of cores that the system reports. */
export function coreCount(): number {
  const os = nodeBuiltin<typeof import('node:os')>('os');
  return os ? os.availableParallelism() : (globalThis.navigator?.hardwareConcurrency ?? 1);
}
