import type { Listener } from '../../recipe/run/events.ts';

/** Writes each event as one line of JSON, of the steps every `every`-th; with 0 none. */
export function jsonLines(write: (line: string) => void, every: number): Listener {
  return (event) => {
    if (event.event === 'step' && (every === 0 || event.step % every !== 0)) return;
    write(JSON.stringify(event));
  };
}
