import { parentPort, workerData } from 'node:worker_threads';
import { type Collective, Collectives } from './collectives.ts';
import { Heartbeat } from './heartbeat.ts';
import { loadMpi } from './library.ts';
import type { Call, Report, ThreadStart } from './messages.ts';

// The thread that makes all calls of MPI, so that none blocks the main thread, and sums go on while that computes.

/** A pause between some looks at a request, in milliseconds: waiting takes no core from the computation. */
const PAUSE = 0.02;
/** Looks between two pauses. MPI copies a part of a message at each. */
const LOOKS = 8;
/** How often an idle thread looks for signs of life, in milliseconds. */
const IDLE = 500;

/** How long what was printed last has to reach the launcher, which drops the rest when a job is aborted. */
const FAREWELL = 200;

const { file, timeout } = workerData as ThreadStart;
const mpi = loadMpi(file);
mpi.init();
const collectives = new Collectives(mpi);
const heartbeat = new Heartbeat(mpi, collectives, performance.now());
const nap = new Int32Array(new SharedArrayBuffer(4));
const calls: Call[] = [];
let isWorking = false;
let isSilenceReported = false;

const timer = setInterval(() => watch(performance.now()), IDLE);

parentPort?.on('message', (call: Call) => {
  if (call.call === 'abort') {
    setTimeout(() => mpi.abort(1), FAREWELL);
    return;
  }
  calls.push(call);
  if (!isWorking) void work();
});
report({ report: 'ready', rank: collectives.rank, size: collectives.size });

function report(message: Report): void {
  parentPort?.postMessage(message);
}

/** Makes the calls in their order. */
async function work(): Promise<void> {
  isWorking = true;
  for (let call = calls.shift(); call; call = calls.shift()) {
    const parts = await completion(collectiveOf(call));
    if (call.call === 'close') mpi.finalize();
    report({ report: 'done', id: call.id, parts });
    if (call.call === 'close') parentPort?.close();
  }
  isWorking = false;
}

function* collectiveOf(call: Call): Collective<readonly Uint8Array[]> {
  if (call.call === 'sum') yield* collectives.sum(call.numbers, call.weights);
  else if (call.call === 'gather') return yield* collectives.gather(call.bytes);
  else if (call.call === 'broadcast') return [yield* collectives.broadcast(call.bytes)];
  else if (call.call === 'barrier') yield* collectives.barrier();
  else yield* settle();
  return [];
}

/** Before the end, every sign of life must have been received: MPI_Finalize waits for what is under way. */
function* settle(): Collective<void> {
  clearInterval(timer);
  const counts = yield* collectives.gather(
    Uint8Array.from(`${heartbeat.sent}`, (digit) => digit.charCodeAt(0)),
  );
  const sent = counts.map((digits) => Number(String.fromCharCode(...digits)));
  while (!heartbeat.isSettled(sent, performance.now())) yield;
}

/** Drives a call to its end; between two looks, messages of the main thread arrive. */
async function completion<T>(collective: Collective<T>): Promise<T> {
  for (;;) {
    for (let look = 0; look < LOOKS; look++) {
      const { done, value } = collective.next();
      if (done) return value;
    }
    Atomics.wait(nap, 0, 0, PAUSE);
    await new Promise((resolve) => setImmediate(resolve));
    watch(performance.now());
  }
}

/** Sends and receives signs of life, and reports a rank that has been silent for too long. */
function watch(now: number): void {
  heartbeat.beat(now);
  const { rank, seconds } = heartbeat.longestSilent(now);
  if (seconds < timeout || isSilenceReported) return;
  isSilenceReported = true;
  report({ report: 'silent', rank, seconds });
}
