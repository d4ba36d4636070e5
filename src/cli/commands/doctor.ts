import { type CommandSpec, command } from '../command.ts';
import { examineMachine } from '../machine/facts.ts';
import { describeMachine } from '../print/machine-report.ts';
import { print } from '../terminal/streams.ts';

export const doctor: CommandSpec = command({
  operands: { usage: '', min: 0, max: 0 },
  notes:
    'Lists the BLAS libraries that were tried, the reason why each rejected one does not work, and how\n' +
    'to install one; and the MPI libraries, which only training on several machines needs. The\n' +
    'environment variables UNROLLED_BLAS and UNROLLED_MPI name a library to use instead of the\n' +
    'standard ones. Each speed is the best within half a second; stop other programs first for accurate\n' +
    'speeds.',
  options: {
    json: { help: 'Print one JSON object' },
  },
  examples: [
    { line: 'unrolled doctor', what: 'takes a few seconds' },
    {
      line: 'UNROLLED_BLAS=/opt/openblas/libopenblas.so unrolled doctor',
      what: 'test and measure this library',
    },
    { line: 'unrolled doctor --json | jq .auto', what: 'the backend that auto selects' },
  ],
  inputs: () => [],
  run: async ({ json }) => {
    const facts = await examineMachine();
    await print(`${json ? JSON.stringify(facts) : describeMachine(facts)}\n`);
    return 0;
  },
});
