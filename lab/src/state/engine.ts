import { type Signal, signal } from '@preact/signals';
import type { Broadcast, EngineFacts } from '../engine/calls.ts';
import { Engine } from '../engine/client.ts';

/** What is known about the engine; null while it starts. */
export const engineFacts: Signal<EngineFacts | null> = signal(null);

/** Why the engine stopped; null while it works. */
export const engineFailure: Signal<string | null> = signal(null);

const listeners: ((broadcast: Broadcast) => void)[] = [];
const starts: (() => void)[] = [];

/** The engine, in a worker of its own. */
export let engine: Engine = start();

function start(): Engine {
  const worker = new Worker(new URL('../engine/worker.ts', import.meta.url), { type: 'module' });
  const started = new Engine(worker, (message) => {
    engineFailure.value = message;
  });
  for (const listener of listeners) started.listen(listener);
  void started.call('open').then((facts) => {
    engineFacts.value = facts;
    for (const begin of starts) begin();
  });
  return started;
}

/** Starts another engine after a failure. What was saved is read again. */
export function restartEngine(): void {
  engineFailure.value = null;
  engineFacts.value = null;
  engine = start();
}

/** Adds a listener for what the engine tells, also after a restart. */
export function onBroadcast(listener: (broadcast: Broadcast) => void): void {
  listeners.push(listener);
  engine.listen(listener);
}

/** Calls a function each time that the engine is ready. */
export function onStart(begin: () => void): void {
  starts.push(begin);
  if (engineFacts.value) begin();
}
