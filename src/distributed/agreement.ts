import { UnrolledError } from '../errors.ts';
import type { Group } from './group.ts';

/** A fact that must be the same on all ranks. */
export interface SharedFact {
  /** What it is, as a message says it: `version`. */
  readonly what: string;
  /** Its value, as a message says it: `0.1.0`. */
  readonly value: string;
  /** What to do where it differs. */
  readonly advice: string;
}

/**
 * Compares facts of all ranks with those of rank 0, in their order.
 * @param where the beginning of the message
 * @throws {UnrolledError} `ranks-differ` on all ranks, naming the first rank that differs
 */
export async function checkAgreement(
  group: Group,
  where: string,
  facts: readonly SharedFact[],
): Promise<void> {
  for (const { what, value, advice } of facts) {
    const values = await gatherJson<string>(group, value);
    const other = values.findIndex((one) => one !== values[0]);
    if (other < 0) continue;
    throw new UnrolledError(
      'ranks-differ',
      `${where}: ${group.names[other]} has the ${what} ${values[other]}, and ${group.names[0]} has ${values[0]}; ` +
        `all ranks need the same. ${advice}`,
    );
  }
}

/** A value of each rank, as JSON. */
export async function gatherJson<T>(group: Group, value: T): Promise<readonly T[]> {
  const all = await group.gather(new TextEncoder().encode(JSON.stringify(value)));
  return all.map(parsed<T>);
}

/** The value of rank 0, as JSON; the others pass null. */
export async function broadcastJson<T>(group: Group, value: T | null): Promise<T> {
  return parsed<T>(await group.broadcast(new TextEncoder().encode(JSON.stringify(value))));
}

function parsed<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes)) as T;
}
