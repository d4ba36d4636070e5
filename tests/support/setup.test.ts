import { describe, expect, test, vi } from 'vitest';
import { host, ownProcess } from '../../src/cli/terminal/host.ts';
import { hasColour } from '../../src/cli/terminal/style.ts';
import { State } from '../../src/models/state/state.ts';
import { temporaryFolder, unrolled } from './process.ts';

const { fork } = State.prototype;
const { now } = performance;
const timeout = globalThis.setTimeout;

describe.each(['one test', 'the next'])('%s', () => {
  test('finds what another one has replaced as it was', () => {
    expect(State.prototype.fork).toBe(fork);
    expect([performance.now, globalThis.setTimeout]).toEqual([now, timeout]);
    expect(process.env.UNROLLED_TEST).toBeUndefined();
    expect(globalThis).not.toHaveProperty('unrolledTest');
    vi.spyOn(State.prototype, 'fork').mockImplementation(() => {
      throw new Error('replaced');
    });
    vi.useFakeTimers();
    vi.stubEnv('UNROLLED_TEST', '1');
    vi.stubGlobal('unrolledTest', 1);
  });
});

test('a command in this process leaves no host, folder or backend behind', async () => {
  const [before, listeners] = [process.cwd(), process.listenerCount('SIGINT')];
  expect((await unrolled(temporaryFolder(), '--version')).status).toBe(0);
  expect(host()).toBe(ownProcess);
  expect([process.cwd(), process.listenerCount('SIGINT')]).toEqual([before, listeners]);
  vi.stubEnv('FORCE_COLOR', '1');
  vi.stubEnv('NO_COLOR', '');
  expect(hasColour()).toBe(true);
});
