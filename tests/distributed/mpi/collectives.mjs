// One rank of a group: makes every call of the contract and prints what it got. Run by mpirun; see mpi.test.ts.
import { findLaunch } from '../../../dist/distributed/mpi/launch.js';
import { openMpi } from '../../../dist/distributed/mpi/open-mpi.js';

const script = new URL('../../../dist/distributed/mpi/mpi-thread.js', import.meta.url);
const group = await openMpi(findLaunch(process.env), { script, timeout: 60 });
const { rank, size } = group;

/** Numbers whose sum depends on the order in which it is computed. */
const partOf = (r, length) => Float64Array.from({ length }, (_, i) => Math.sin(i + 1) * 10 ** (3 * r));
const inOrder = (parts) => parts[0].map((_, i) => parts.reduce((sum, part) => sum + part[i], 0));
const everyone = Array.from({ length: size }, (_, r) => r);

const sums = [0, 1, size - 1, 1000].map(async (length) => {
  const doubles = partOf(rank, length);
  const floats = Float32Array.from(doubles);
  await Promise.all([group.sum(doubles), group.sum(floats)]);
  const wide = inOrder(everyone.map((r) => partOf(r, length)));
  const narrow = Float32Array.from(
    inOrder(everyone.map((r) => Float64Array.from(Float32Array.from(partOf(r, length))))),
  );
  return doubles.every((x, i) => Object.is(x, wide[i])) && floats.every((x, i) => Object.is(x, narrow[i]));
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
    shared: new TextDecoder().decode((await shared).slice()),
    ticked: ticks > 10,
  }),
);
await group.close();
