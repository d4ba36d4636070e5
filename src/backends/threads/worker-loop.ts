import type { Engine } from '../wasm/engine.ts';
import { programList } from '../wasm/programs.ts';
import { MAX_ARGUMENTS, Team, Word } from './team.ts';

/** How long a worker looks for the next program before it sleeps: longer than any pause within a step. */
const SPIN_MS = 1;
const TURNS_PER_LOOK = 2000;

/** Runs programs with the team for ever. The thread that owns the worker ends it. */
export function workerLoop(engine: Engine, control: SharedArrayBuffer, index: number, count: number): never {
  const words = new Int32Array(control, 0, Word.count);
  const numbers = new Float64Array(control, 4 * Word.count, MAX_ARGUMENTS);
  const team = new Team(index, count, words);
  let generation = 0;
  for (;;) {
    generation = awaitChange(words, generation);
    const program = programList[words[Word.program]];
    try {
      program(engine, team, ...numbers.subarray(0, words[Word.argumentCount]));
    } catch (error) {
      Atomics.store(words, Word.failed, 1);
      throw error;
    }
    team.barrier();
  }
}

function awaitChange(words: Int32Array, generation: number): number {
  let since = performance.now();
  for (let turns = 1; Atomics.load(words, Word.generation) === generation; turns++) {
    if (turns % TURNS_PER_LOOK !== 0 || performance.now() - since < SPIN_MS) continue;
    Atomics.add(words, Word.sleeping, 1);
    Atomics.wait(words, Word.generation, generation);
    Atomics.sub(words, Word.sleeping, 1);
    since = performance.now();
  }
  return Atomics.load(words, Word.generation);
}
