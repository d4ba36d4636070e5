import type { Worker, WorkerOptions } from 'node:worker_threads';
import { expect, test, vi } from 'vitest';
import type { Backend } from '../../src/backends/backend.ts';
import { openBackend } from '../../src/backends/open.ts';
import type { Engine } from '../../src/backends/wasm/engine.ts';
import { argumentSlots } from '../../src/backends/wasm/programs/list.ts';
import { fill } from '../../src/backends/wasm/programs/vectors.ts';
import { createControl, Word } from '../../src/backends/wasm/threads/control.ts';
import { Pool } from '../../src/backends/wasm/threads/pool.ts';
import type { ThreadStart } from '../../src/backends/wasm/threads/start.ts';
import { startMethods } from '../../src/backends/wasm/threads/start-thread.ts';
import { Tensor } from '../../src/tensor/tensor.ts';
import { pretendCores } from '../support/cores.ts';

pretendCores(4);

/** Numbers enough to be shared between threads. */
const MANY = 1 << 16;

/** Work that both threads must do. */
function work(backend: Backend): void {
  backend.fill(backend.arena.tensor([MANY]), 1);
}

/** A backend of two threads, and the worker that is its second one. */
async function openWithWorker(): Promise<{ backend: Backend; worker: Worker }> {
  const threads = process.getBuiltinModule('node:worker_threads');
  const started: Worker[] = [];
  const { Worker: Original } = threads;
  threads.Worker = class extends Original {
    constructor(...given: ConstructorParameters<typeof Original>) {
      super(...given);
      started.push(this);
    }
  };
  const backend = await openBackend('wasm', { threads: 2 });
  threads.Worker = Original;
  work(backend);
  return { backend, worker: started[0] };
}

test('an error in a worker thread is thrown by its call and by all later calls', async () => {
  const backend = await openBackend('wasm', { threads: 2 });
  const { arena } = backend;
  arena.tensor([MANY]);
  // The caller's half lies inside of the memory, the worker's behind its end.
  const half = new Tensor(arena, 'float32', arena.memory.buffer.byteLength - 2 * MANY, [MANY]);
  const reason = 'threads: a worker thread failed: RuntimeError: memory access out of bounds.';
  expect(() => backend.fill(half, 1)).toThrow(reason);
  expect(() => work(backend)).toThrow(reason);
});

test('the next call reports an ended worker thread without waiting', async () => {
  const { backend, worker } = await openWithWorker();
  await worker.terminate();
  expect(() => work(backend)).toThrow('threads: a worker thread ended with exit code 1.');
});

/** A backend whose one worker waits for the first program and then does as the code says. */
async function openWithCode(code: string, shared = new SharedArrayBuffer(4)): Promise<Backend> {
  const threads = process.getBuiltinModule('node:worker_threads');
  const { Worker: Original } = threads;
  const whole = `
    const { parentPort, workerData } = require('node:worker_threads');
    const words = new Int32Array(workerData.control);
    const arrived = new Int32Array(workerData.shared);
    parentPort.postMessage('ready');
    const sleep = (ms) => Atomics.wait(words, ${Word.count - 1}, 0, ms);
    while (Atomics.load(words, ${Word.generation}) === 0) sleep(1);
    ${code}`;
  threads.Worker = class extends Original {
    constructor(_: string | URL, options: WorkerOptions) {
      const workerData = { ...options.workerData, shared };
      super(whole, { ...options, workerData, eval: true, resourceLimits: { maxOldGenerationSizeMb: 16 } });
    }
  };
  const backend = await openBackend('wasm', { threads: 2 });
  threads.Worker = Original;
  return backend;
}

test.each([
  ['leaves', 'process.exit(3);'],
  ['runs out of memory', 'for (const all = []; ; ) all.push(new Array(1e5).fill(0.5));'],
])(
  'a worker thread that %s in the middle of a program is detected long before the timeout',
  async (_, code) => {
    const backend = await openWithCode(code);
    const reason = 'threads: a worker thread ended in the middle of its work.';
    // When patience ends it says that the worker no longer answers.
    expect(() => work(backend)).toThrow(reason);
    expect(() => work(backend)).toThrow(reason);
  },
);

/** Arrives at the first barrier late. */
const arrive = `
    while (Atomics.load(words, ${Word.arrived}) === 0) sleep(1);
    sleep(200);
    Atomics.store(arrived, 0, 1);
    Atomics.store(words, ${Word.arrived}, 0);
    Atomics.add(words, ${Word.phase}, 1);
    Atomics.notify(words, ${Word.phase});
    sleep(60_000);`;

test('a slow worker thread is waited for', async () => {
  const shared = new SharedArrayBuffer(4);
  const backend = await openWithCode(arrive, shared);
  work(backend);
  expect(new Int32Array(shared)[0]).toBe(1);
  backend.close();
});

test('a failure is an error also while the caller works alone, after a worker was late', async () => {
  const shared = new SharedArrayBuffer(4);
  const fails = arrive.replace(
    'sleep(60_000)',
    `Atomics.wait(arrived, 0, 1); Atomics.store(words, ${Word.failed}, 1)`,
  );
  const backend = await openWithCode(`${fails} Atomics.store(arrived, 0, 3);`, shared);
  const now = performance.now.bind(performance);
  let [last, isStopped] = [0, false];
  // The clock stops when the late worker has arrived, so the caller stays alone.
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
    if (!isStopped) last = now();
    return last;
  });
  work(backend);
  isStopped = true;
  work(backend);
  const told = new Int32Array(shared);
  Atomics.store(told, 0, 2);
  Atomics.notify(told, 0);
  await vi.waitFor(() => expect(Atomics.load(told, 0)).toBe(3));
  expect(() => work(backend)).toThrow('threads: ');
  clock.mockRestore();
});

test('a worker thread that never responds is an error after the timeout', async () => {
  const control = createControl(true, argumentSlots, 300);
  const engine = { kernels: { fill: () => {} } } as unknown as Engine;
  const pool = new Pool(engine, control, [{ terminate: () => {} }]);
  const reason = 'threads: a worker thread no longer answers.';
  expect(() => pool.run(fill, { out: 0, value: 1, size: MANY })).toThrow(reason);
  expect(() => pool.run(fill, { out: 0, value: 1, size: MANY })).toThrow(reason);
});

test("a worker thread that can't start rejects", async () => {
  const control = createControl(true, argumentSlots) as SharedArrayBuffer;
  const broken = { module: 'none', control, blas: null } as unknown as ThreadStart;
  const [start] = startMethods();
  await expect(start(broken).ready).rejects.toThrow(/^threads: a worker thread failed: TypeError: /);
});

test('a closed backend reports that it is closed', async () => {
  const backend = await openBackend('wasm', { threads: 2 });
  backend.close();
  expect(() => work(backend)).toThrow('threads: the backend was closed; open another one.');
});
