import type { Json } from '../../../models/model-file.ts';
import type { Recipe } from '../../recipe.ts';

/** The request of a run, before automatic choices. Together with the texts it identifies the request. */
export interface RunRequest {
  /** The given settings; with a preset, the complete recipe. */
  readonly given: Partial<Recipe>;
  /** Time budget in minutes; null for the default, and when nothing is chosen. */
  readonly minutes: number | null;
  /** Hash of the initial weights; null for random ones. */
  readonly init: string | null;
  /** Hash of the given tokenizer and vocabulary; missing when they are learnt from the text. */
  readonly tokenizer?: string;
}

/** Identifies the run that wrote a checkpoint. */
export interface RunRecord {
  /** Random id; a resumed run keeps it. */
  readonly id: string;
  /** Serial number, one above those of all checkpoints that existed when it was written: the order doesn't rely on clocks. */
  readonly serial: number;
  /** Null when the run was resumed from a checkpoint without a request. */
  readonly request: RunRequest | null;
}

/** 16 random bytes in hexadecimal, independent of the run's seed. */
export function newRunId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Reads a run record; null for older checkpoints and invalid records. */
export function readRunRecord(json: unknown): RunRecord | null {
  const { id, serial, request } = Object(json);
  if (typeof id !== 'string' || !Number.isSafeInteger(serial)) return null;
  return { id, serial, request: readRequest(request) };
}

/** A run record as JSON. */
export function runRecordJson({ id, serial, request }: RunRecord): Json {
  return { id, serial, request: request as unknown as Json };
}

function readRequest(json: unknown): RunRequest | null {
  const { given, minutes = null, init = null, tokenizer } = Object(json);
  const isTokenizer = typeof tokenizer === 'string';
  return typeof given === 'object' && given !== null
    ? { given, minutes, init, ...(isTokenizer && { tokenizer }) }
    : null;
}
