/**
 * Starts a web worker from its file next to this one; null in the standalone bundle, which has no other files.
 * Bundlers recognise the worker's file only in exactly this form.
 */
export const workerFromFile: (() => Worker) | null = () =>
  new Worker(new URL('./web-thread.js', import.meta.url), { type: 'module' });
