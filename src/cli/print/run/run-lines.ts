import { toConfigKeys } from '../../../models/config.ts';
import type { RunEvent } from '../../../recipe/run/events.ts';
import { chosenLines, failureMessage, reproducingFlags, warningMessage } from './run-messages.ts';

export type Listener = (event: RunEvent) => void;

/** Writes each event as one line of JSON, but only every `every`-th step event, and none if it is 0. */
export function jsonLines(write: (line: string) => void, every: number): Listener {
  return (event) => {
    if (event.event === 'step' && (every === 0 || event.step % every !== 0)) return;
    write(JSON.stringify(recordOf(event)));
  };
}

/** An event as `--json` and `--log` print it: sentences instead of reason codes, the keys of files. */
function recordOf(event: RunEvent): object {
  if (event.event === 'start')
    return { ...event, config: toConfigKeys(event.config), chosen: chosenLines(event) };
  if (event.event === 'result') {
    const { chosen: _, ...result } = event;
    return { ...result, reproduce: reproducingFlags(event) };
  }
  if (event.event === 'warning') return { event: event.event, message: warningMessage(event) };
  if (event.event === 'failed') return { event: event.event, message: failureMessage(event) };
  return event;
}
