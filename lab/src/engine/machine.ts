import { type Backend, openBackend } from 'unrolled';
import type { EngineFacts } from './calls.ts';

/** Opens the fast backend: with threads where the page is isolated. */
export function openFast(): Promise<Backend> {
  return openBackend('wasm');
}

/** Holds a lock until the worker ends, however it ends. */
async function lifeLock(): Promise<string> {
  const name = `unrolled-lab-engine:${crypto.getRandomValues(new Uint32Array(2)).join('-')}`;
  await new Promise<void>((granted) => {
    if (!navigator.locks) granted(); // a page without a secure context
    void navigator.locks?.request(name, () => {
      granted();
      return new Promise(() => {});
    });
  });
  return name;
}

/** Describes the engine by opening a backend once. */
export async function engineFacts(storage: EngineFacts['storage']): Promise<EngineFacts> {
  const backend = await openFast();
  const { description } = backend;
  backend.close();
  const threads = Number(/(\d+) threads?/.exec(description)?.[1] ?? 1);
  const isolated = globalThis.crossOriginIsolated;
  return { backend: description, threads, isolated, storage, lock: await lifeLock() };
}
