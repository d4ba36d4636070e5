import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface AgainstOptions {
  readonly rounds: number;
  /** Seconds per turn, at least one step; a round has four turns. */
  readonly seconds: number;
  /** Requests per turn of the servers. */
  readonly requests: number;
}

/** Two built checkouts. */
export interface Checkouts {
  readonly mine: string;
  readonly other: string;
}

/** This checkout and another one. @throws if that one is not built */
export function findCheckouts(other: string): Checkouts {
  const missing = ['dist/index.js', 'dist/cli/main.js'].find((path) => !existsSync(join(other, path)));
  if (missing) throw new Error(`--against: ${other} has no ${missing}; it needs a built checkout`);
  return { mine: fileURLToPath(new URL('../..', import.meta.url)), other: resolve(other) };
}
