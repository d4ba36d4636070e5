import { type Body, command } from '../command.ts';
import { examineMachine } from '../machine/facts.ts';
import { describeMachine } from '../print/machine-report.ts';
import { print } from '../terminal/streams.ts';

export const doctor: Body = command({
  operands: { usage: '', min: 0, max: 0 },
  notes:
    'Which BLAS libraries were looked for, and what is wrong with those that are not used; how to get one.\n' +
    'The environment variable UNROLLED_BLAS names a library to use in place of the usual ones.\n' +
    'Speeds are the best of half a second each: stop other work for true ones.',
  options: {
    json: { help: 'Print one JSON object instead' },
  },
  examples: [
    { line: 'unrolled doctor', what: 'a few seconds' },
    {
      line: 'UNROLLED_BLAS=/opt/openblas/libopenblas.so unrolled doctor',
      what: 'is this library usable, and is it faster?',
    },
    { line: 'unrolled doctor --json | jq .auto', what: 'the backend that is taken when none is named' },
  ],
  inputs: () => [],
  run: async ({ json }) => {
    const facts = await examineMachine();
    await print(`${json ? JSON.stringify(facts) : describeMachine(facts)}\n`);
    return 0;
  },
});
