import { type Backend, openBackend } from 'unrolled';
import type { EngineFacts } from './calls.ts';

/** Opens the fast backend: with threads where the page is isolated. */
export function openFast(): Promise<Backend> {
  return openBackend('wasm');
}

/** Describes the engine by opening a backend once. */
export async function engineFacts(storage: EngineFacts['storage']): Promise<EngineFacts> {
  const backend = await openFast();
  const { description } = backend;
  backend.close();
  const threads = Number(/(\d+) threads?/.exec(description)?.[1] ?? 1);
  return { backend: description, threads, isolated: globalThis.crossOriginIsolated, storage };
}
