// One rank of a group: makes every call of the contract and prints what it got. Run by mpirun; see mpi.test.ts.
import { findLaunch } from '../../../dist/distributed/mpi/launch.js';
import { openMpi } from '../../../dist/distributed/mpi/open-mpi.js';

const script = new URL('../../../dist/distributed/mpi/mpi-thread.js', import.meta.url);
const group = await openMpi(findLaunch(process.env), { script, timeout: 60 });
const { rank, size } = group;

/** Numbers whose sum depends on the order in which it is computed. */
const partOf = (r, length) => Float64Array.from({ length }, (_, i) => Math.sin(i + 1) * 10 ** (3 * r));
const weights = Array.from({ length: size }, (_, r) => 1 / (r + 2));
const inOrder = (parts, by = parts.map(() => 1)) =>
  parts[0].map((_, i) => parts.reduce((sum, part, r) => sum + by[r] * part[i], 0));
const everyone = Array.from({ length: size }, (_, r) => r);

const sums = [0, 1, size - 1, 1000].map(async (length) => {
  const doubles = partOf(rank, length);
  const floats = Float32Array.from(doubles);
  const weighted = partOf(rank, length);
  await Promise.all([group.sum(doubles), group.sum(floats), group.sum(weighted, weights)]);
  const wide = inOrder(everyone.map((r) => partOf(r, length)));
  const narrow = Float32Array.from(
    inOrder(everyone.map((r) => Float64Array.from(Float32Array.from(partOf(r, length))))),
  );
  const expected = inOrder(
    everyone.map((r) => partOf(r, length)),
    weights,
  );
  const areSame = (numbers, others) => numbers.every((x, i) => Object.is(x, others[i]));
  return areSame(doubles, wide) && areSame(floats, narrow) && areSame(weighted, expected);
});
const gathered = group.gather(new Uint8Array(3 * rank).fill(rank));
const shared = group.broadcast(new TextEncoder().encode(rank === 0 ? 'of rank 0' : 'another'));

// The last rank comes late; the timers of the others go on.
let ticks = 0;
const timer = setInterval(() => ticks++, 5);
if (rank === size - 1) await new Promise((resolve) => setTimeout(resolve, 300));
await group.barrier();
clearInterval(timer);

console.log(
  JSON.stringify({
    rank,
    size,
    name: group.names[rank],
    sums: await Promise.all(sums),
    gathered: (await gathered).map((bytes) => [...bytes]),
    shared: new TextDecoder().decode(await shared),
    ticked: ticks > 10,
  }),
);
await group.close();
