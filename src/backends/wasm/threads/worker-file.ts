/**
 * A web worker from its file beside this one; null in the standalone bundle, which has no files beside it.
 * Bundlers find the worker's file only where it is written just so.
 */
export const workerFromFile: (() => Worker) | null = () =>
  new Worker(new URL('./web-thread.js', import.meta.url), { type: 'module' });
