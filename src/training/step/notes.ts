import type { Group } from '../../distributed/group.ts';

/** What each process tells the others after its backward pass. */
export interface Note {
  /** The sum of the losses of its targets, in nats, and their number. */
  readonly losses: number;
  readonly targets: number;
  /** Whether it was asked to stop. */
  readonly stop: boolean;
  /** Whether it finds a checkpoint due; that of rank 0 counts. */
  readonly checkpoint: boolean;
  /** Of each parameter whose gradient is sparse, in order: the rows that may be nonzero. */
  readonly rows: readonly Int32Array[];
}

/** The notes of all processes, in the order of the ranks. */
export async function gatherNotes(group: Group, own: Note): Promise<readonly Note[]> {
  const all = await group.gather(new Uint8Array(pack(own).buffer));
  return all.map((bytes) => unpack(new Float64Array(bytes.buffer)));
}

/** The four facts, then each list of rows after its length. */
function pack({ losses, targets, stop, checkpoint, rows }: Note): Float64Array<ArrayBuffer> {
  const lists = rows.flatMap((ids) => [ids.length, ...ids]);
  return Float64Array.from([losses, targets, stop ? 1 : 0, checkpoint ? 1 : 0, ...lists]);
}

function unpack(numbers: Float64Array): Note {
  const [losses, targets, stop, checkpoint] = numbers;
  const rows: Int32Array[] = [];
  for (let at = 4; at < numbers.length; at += 1 + numbers[at]) {
    rows.push(Int32Array.from(numbers.subarray(at + 1, at + 1 + numbers[at])));
  }
  return { losses, targets, stop: stop === 1, checkpoint: checkpoint === 1, rows };
}
