import { type Signal, signal } from '@preact/signals';
import type { Broadcast, EngineFacts } from '../engine/calls.ts';
import { Engine, type EngineEnd } from '../engine/client.ts';

/** What is known about the engine; null while it starts. */
export const engineFacts: Signal<EngineFacts | null> = signal(null);

/** Why the engine stopped; null while it works. */
export const engineFailure: Signal<EngineEnd | null> = signal(null);

const listeners: ((broadcast: Broadcast) => void)[] = [];
const starts: (() => void)[] = [];

/** The engine, in a worker of its own. */
export let engine: Engine = start();

function start(): Engine {
  const worker = new Worker(new URL('../engine/worker.ts', import.meta.url), { type: 'module' });
  const started = new Engine(worker, (end) => {
    engineFailure.value = end;
  });
  for (const listener of listeners) started.listen(listener);
  void open(started);
  return started;
}

async function open(started: Engine): Promise<void> {
  try {
    const facts = await started.call('open');
    started.watch(facts.lock);
    engineFacts.value = facts;
    for (const begin of starts) begin();
  } catch (error) {
    started.end({ kind: 'error', message: (error as Error).message });
  }
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

/** Follows the progress of some work: its share, from 0 to 1, while the signal is not null. */
export function followProgress(work: string, share: Signal<number | null>): void {
  onBroadcast((message) => {
    if (message.kind !== 'progress' || message.work !== work || share.peek() === null) return;
    share.value = message.share;
  });
}

/** Calls a function each time that the engine is ready. */
export function onStart(begin: () => void): void {
  starts.push(begin);
  if (engineFacts.value) begin();
}
