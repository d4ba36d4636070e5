import type { Engine } from '../engine.ts';
import { programList } from '../programs/list.ts';
import { argumentsOf, fail, Word, wordsOf } from './control.ts';
import { Team } from './team.ts';

/** How long a worker looks for the next program before it sleeps: longer than any pause within a step. */
const SPIN_MS = 1;
const TURNS_PER_LOOK = 2000;

/** Runs programs with the team for ever, until one fails. The thread that owns the worker ends it. */
export function workerLoop(engine: Engine, control: SharedArrayBuffer, index: number, count: number): never {
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
    if (turns % TURNS_PER_LOOK !== 0 || performance.now() - since < SPIN_MS) continue;
    Atomics.add(words, Word.sleeping, 1);
    Atomics.wait(words, Word.generation, generation);
    Atomics.sub(words, Word.sleeping, 1);
    since = performance.now();
  }
  return Atomics.load(words, Word.generation);
}
