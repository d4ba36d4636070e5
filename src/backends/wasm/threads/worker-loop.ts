import type { Blas } from '../blas/blas.ts';
import type { Engine } from '../engine.ts';
import { instantiateKernels } from '../module.ts';
import { programList } from '../programs/list.ts';
import { argumentsOf, fail, Word, wordsOf } from './control.ts';
import type { ThreadStart } from './start.ts';
import { Team } from './team.ts';
import { engineOf } from './thread-engine.ts';

/** How long a worker spins for the next program before it sleeps, in ms: longer than any pause within a step. */
const SPIN_MS = 1;
const ITERATIONS_PER_CHECK = 2000;

/** Runs a worker thread. @param onReady called before the first program */
export function runThread(start: ThreadStart, blas: Blas | null, onReady: () => void): never {
  const engine = engineOf(instantiateKernels(start.module, start.memory), start, blas);
  onReady();
  return workerLoop(engine, start);
}

/** Runs programs with the team until one fails. The thread that owns the worker terminates it. */
function workerLoop(engine: Engine, { control, index, count }: ThreadStart): never {
  const [words, numbers] = [wordsOf(control), argumentsOf(control)];
  const team = new Team(index, count, words);
  let generation = 0;
  for (;;) {
    generation = awaitChange(words, generation);
    const program = programList[words[Word.program]];
    try {
      program.run(engine, team, program.codec.unpack(numbers, 0));
    } catch (error) {
      fail(words, `a worker thread failed: ${error}`);
      throw error;
    }
    team.barrier();
  }
}

function awaitChange(words: Int32Array, generation: number): number {
  let since = performance.now();
  for (let turns = 1; Atomics.load(words, Word.generation) === generation; turns++) {
    if (turns % ITERATIONS_PER_CHECK !== 0 || performance.now() - since < SPIN_MS) continue;
    Atomics.add(words, Word.sleeping, 1);
    Atomics.wait(words, Word.generation, generation);
    Atomics.sub(words, Word.sleeping, 1);
    since = performance.now();
  }
  return Atomics.load(words, Word.generation);
}
