import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sentences, temporaryFolder } from './support/process.ts';
import { compiled, runProgram } from './support/program.ts';

const folder = temporaryFolder({ 'text.txt': sentences(60) });

/** Runs an example on the built package. */
async function example(name: string, ...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await runProgram(await compiled(`examples/${name}.ts`), args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const perplexities = (output: string) =>
  [...output.matchAll(/perplexity (\d+\.\d+)/g)].map((found) => Number(found[1]));

test("the chapter's loop, open and hidden, prints the same numbers and learns the text", async () => {
  const text = join(folder, 'text.txt');
  const open = await example('ch05-open-loop', text);
  expect(await example('ch05-trainer', text)).toBe(open);
  const all = perplexities(open);
  expect(all).toHaveLength(11);
  expect(all[0]).toBeGreaterThan(10);
  expect(all[10]).toBeLessThan(3);
});

test("the chapter's loop reads 1000 words of the bundled text", async () => {
  const [first] = perplexities(await example('ch05-open-loop', 'dist/corpus/train.txt', '1'));
  expect(first).toBeGreaterThan(300);
});

test('odd log lines: the most surprising lines are the odd ones', async () => {
  const output = await example('odd-log-lines', '1000', '300');
  const precision = [...output.matchAll(/precision at +(\d+): (\d\.\d+)/g)].map((found) => Number(found[2]));
  expect(precision).toHaveLength(4);
  expect(precision[0]).toBe(1);
  expect(precision[2]).toBeGreaterThan(0.75);
  expect(output).toMatch(/^ +\d+\.\d {2}odd {2}INFO http: GET \/\.\.\/\.\.\/etc\/passwd/m);
});

test('you say goodbye: both words can follow `say`, then the network remembers who says it', async () => {
  const output = await example('you-say-goodbye');
  const [early, late] = output.split('After 60 epochs:');
  expect(early).toMatch(/^ {2}you +→ say 0\.[89]/m);
  const both = early.match(/^ {2}you say +→ (\w+) (0\.\d+), (\w+) (0\.\d+)$/m) as RegExpMatchArray;
  expect([both[1], both[3]].sort()).toEqual(['goodbye', 'hello']);
  expect(Math.min(Number(both[2]), Number(both[4]))).toBeGreaterThan(0.2);
  expect(late).toMatch(/^ {2}you say +→ goodbye 0\.9/m);
  expect(late).toMatch(/^ {2}you say goodbye and i say +→ hello (0\.9|1\.0)/m);
});
