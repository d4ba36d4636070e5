import type { Json } from '../../../models/model-file.ts';
import type { Recipe } from '../../recipe.ts';

/** What a run was asked for, before anything was chosen. With the texts it tells one request from another. */
export interface RunRequest {
  /** The settings that are given: of a complete recipe all, otherwise those that no choice may change. */
  readonly given: Partial<Recipe>;
  /** The time budget; null for the default, and where nothing is chosen. */
  readonly minutes: number | null;
  /** A digest of the weights that it starts from; null for a model of its own. */
  readonly init: string | null;
  /** A digest of the tokenizer and vocabulary that it is given; a run has none where they come from its text. */
  readonly tokenizer?: string;
}

/** What a checkpoint says of the run that wrote it. */
export interface RunRecord {
  /** Random: two runs of one request have different ones, a resumed run keeps its own. */
  readonly id: string;
  /** One more than that of every checkpoint that stood beside it when it was written: no clock can change the order. */
  readonly serial: number;
  /** Null where the run was resumed from a checkpoint that doesn't say. */
  readonly request: RunRequest | null;
}

/** 16 random bytes in hexadecimal; a run's own random numbers stay as they are. */
export function newRunId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Null for what an older version wrote, and for what is no record. */
export function readRunRecord(json: unknown): RunRecord | null {
  const { id, serial, request } = Object(json);
  if (typeof id !== 'string' || !Number.isSafeInteger(serial)) return null;
  return { id, serial, request: readRequest(request) };
}

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
