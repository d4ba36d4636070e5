import { vi } from 'vitest';
import { State } from '../../src/models/state/state.ts';

/** The states that are forked from now on and have not been released, until mocks are restored. */
export function keptStates(): ReadonlySet<State> {
  const kept = new Set<State>();
  const { fork, release } = State.prototype;
  vi.spyOn(State.prototype, 'fork').mockImplementation(function (this: State) {
    const copy = fork.call(this);
    kept.add(copy);
    return copy;
  });
  vi.spyOn(State.prototype, 'release').mockImplementation(function (this: State) {
    kept.delete(this);
    release.call(this);
  });
  return kept;
}
