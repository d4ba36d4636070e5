import { readFileSync } from 'node:fs';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import type { Json } from './server.ts';

/** The objects of output or of a log that has one JSON object per line. Throws if the last line is incomplete. */
export function jsonLines(text: string): Json[] {
  if (!text.endsWith('\n')) throw new Error(`the last line is incomplete: ${text.slice(-80)}`);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The last object of such a text. */
export function lastJson(text: string): Json {
  return jsonLines(text).at(-1);
}

/** A part of a model file's metadata, as written. */
export function metadataOf(path: string, part: string): string {
  return readSafetensors(readFileSync(path)).metadata.get(part) as string;
}
