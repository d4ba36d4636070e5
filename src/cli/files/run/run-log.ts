import { readFileSync, statSync } from 'node:fs';
import { fileError } from '../../../formats/file-error.ts';
import type { Resumed } from '../../../recipe/run/read-checkpoint.ts';
import { LineFile } from '../line-file.ts';

const NEWLINE = '\n'.charCodeAt(0);

/**
 * Opens the log of a run. A resumed run keeps the lines up to its checkpoint and drops later ones. Lines that can't be
 * written are left out; the first such error is passed to `onTrouble`. Throws UnrolledError if the log can't be opened.
 */
export function openLog(
  path: string,
  resumed: Resumed | null,
  onTrouble: (error: unknown) => void,
): LineFile {
  return new LineFile(path, resumed ? keptBytes(path, resumed.state.step) : 0, onTrouble);
}

/** The length up to the last line about the checkpoint; if there is none, of all whole lines. */
function keptBytes(path: string, step: number): number {
  const bytes = readLog(path);
  let [end, kept] = [0, 0];
  for (let next = bytes.indexOf(NEWLINE); next !== -1; next = bytes.indexOf(NEWLINE, end)) {
    const line = bytes.subarray(end, next);
    end = next + 1;
    if (isOfCheckpoint(line, step)) kept = end;
  }
  return kept || end;
}

function readLog(path: string): Buffer {
  try {
    const isFile = statSync(path, { throwIfNoEntry: false })?.isFile();
    return isFile ? readFileSync(path) : Buffer.alloc(0);
  } catch (error) {
    throw fileError(path, error);
  }
}

function isOfCheckpoint(line: Buffer, step: number): boolean {
  if (!line.includes('"event":"checkpoint"')) return false;
  try {
    const event = JSON.parse(line.toString());
    return event.event === 'checkpoint' && event.step === step;
  } catch {
    return false; // not a line of a log
  }
}
