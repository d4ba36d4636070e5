// A soak of `unrolled serve`: `npx tsx bench/serve/soak.ts`; see ../README.md.
import { parseArgs } from 'node:util';
import { formatTable } from '../report.ts';
import type { Sample } from './storm.ts';
import { soak } from './verdict.ts';

const help = `npx tsx bench/serve/soak.ts [options]

  --requests n   number of requests (default: 100000)
  --seed n       seed of the requests (default: 1)
  --node a,b     options of Node for the server, such as --cpu-prof`;

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    node: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(help);
else await main();

async function main(): Promise<void> {
  const began = performance.now();
  const tell = ({ requests, memoryBytes, cacheBytes, streams, queue }: Sample) => {
    const seconds = Math.round((performance.now() - began) / 1000);
    const [memory, cache] = [memoryBytes, cacheBytes].map((bytes) => (bytes / 1e6).toFixed(1));
    console.log(
      `${requests.toLocaleString('en')} requests, ${seconds} s: ${memory} MB, cache ${cache} MB, ${streams} streams, ${queue} wait`,
    );
  };
  const options = {
    requests: Number(values.requests),
    seed: Number(values.seed),
    node: values.node?.split(',') ?? [],
  };
  const { results, compared, faults } = await soak(options, tell);
  const rows = [...results].sort().map(([name, count]) => [name, count.toLocaleString('en')]);
  console.log(`\n${formatTable([['', 'times'], ...rows])}\n`);
  console.log(`${compared} texts compared with those of an idle server`);
  for (const fault of faults.slice(0, 20)) console.log(`FAULT: ${fault}`);
  console.log(faults.length === 0 ? 'No faults.' : `${faults.length} faults`);
  if (faults.length > 0) process.exitCode = 1;
}
