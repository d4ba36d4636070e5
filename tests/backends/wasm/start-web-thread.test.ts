import { expect, test, vi } from 'vitest';
import { createControl } from '../../../src/backends/wasm/threads/control.ts';
import { pageStartMethods } from '../../../src/backends/wasm/threads/start-web-thread.ts';

test('an error in a web worker is reported by its thread, and not to the page that owns it as well', async () => {
  const error = Object.assign(new Event('error', { cancelable: true }), { message: 'no memory' });
  class BrokenWorker {
    onerror: ((event: Event) => void) | null = null;
    postMessage(): void {
      queueMicrotask(() => this.onerror?.(error));
    }
    terminate(): void {}
  }
  vi.stubGlobal('Worker', BrokenWorker);
  try {
    const method = pageStartMethods().at(-1)!;
    const control = createControl(true, 1) as SharedArrayBuffer;
    const start = { control } as Parameters<typeof method>[0];
    await expect(method(start).ready).rejects.toThrow('threads: a worker failed: no memory.');
    expect(error.defaultPrevented).toBe(true);
  } finally {
    vi.unstubAllGlobals();
  }
});
