// Reproduces a published result with one command: `npm run recipe -- NAME --data DIR`.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type RecipeCard, recipes } from './catalog.ts';
import { pathsIn, textSets } from './texts.ts';

const help = `npm run recipe -- NAME --data DIR [options]

  NAME         ${Object.keys(recipes).join(', ')}
  --data DIR   folder with ptb.train.txt, ptb.valid.txt and ptb.test.txt; for names, names.txt;
               for speeches, dist/corpus
  --out DIR    folder for model, checkpoints and log (default: build/recipes)
  --quick      part of the text and few epochs: minutes, to see that everything works
  --resume     continue from the newest checkpoint of an earlier run

Settings, sources and results: docs/recipes.md.`;

const options = {
  data: { type: 'string' },
  out: { type: 'string', default: 'build/recipes' },
  quick: { type: 'boolean', default: false },
  resume: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const { values, positionals } = readArgs();
if (values.help) console.log(help);
else process.exitCode = await main();

function readArgs() {
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    process.exit(refuse((error as Error).message));
  }
}

async function main(): Promise<number> {
  const [name = 'no name', ...more] = positionals;
  const card = Object.hasOwn(recipes, name) ? recipes[name] : null;
  if (!card || more.length > 0) return refuse(`got ${[name, ...more].join(' ')}; it needs one name.`);
  if (values.data === undefined) return refuse('got no --data; it needs the folder of the texts.');
  const set = textSets[card.texts ?? 'ptb'];
  const paths = pathsIn(values.data, set);
  if (!paths.every((file) => existsSync(file))) {
    const files = set.files.join(', ').replace(/, (?=[^,]*$)/, ' and ');
    return refuse(`--data ${values.data} has no ${files}.`);
  }
  console.log(`${name}: ${card.title}\n  ${card.source}\n  published: ${card.published}\n`);
  mkdirSync(values.out, { recursive: true });
  const results: Told[] = [];
  const began = performance.now();
  for (const seed of card.seeds ?? [null]) {
    const result = await follow(train(flagsOf(name, card, paths, seed)));
    if (!result) return 1;
    results.push(result);
  }
  console.log(verdict(card, results, (performance.now() - began) / 60_000));
  return 0;
}

function refuse(reason: string): number {
  console.error(`recipe: ${reason}\n\n${help}`);
  return 2;
}

function flagsOf(name: string, card: RecipeCard, paths: string[], seed: number | null): string[] {
  const base = join(values.out, `${name}${values.quick ? '-quick' : ''}`);
  const out = seed === null ? base : `${base}-${seed}`;
  return [
    ...['train', ...textSets[card.texts ?? 'ptb'].flags(paths, base, card.band.of)],
    ...card.flags.split(' '),
    ...(seed === null ? [] : ['--seed', `${seed}`]),
    ...(values.quick ? card.quick.split(' ') : []),
    ...['--out', `${out}.safetensors`, '--log', `${out}.jsonl`, '--json'],
    ...(values.resume ? ['--resume', 'latest'] : []),
  ];
}

function train(flags: string[]): ChildProcess {
  const binary = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
  return spawn(process.execPath, [binary, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
}

type Told = { readonly event: string; readonly [name: string]: unknown };

/** Prints a line per epoch. Returns the `result` event, or null if the run failed. */
async function follow(child: ChildProcess): Promise<Told | null> {
  let result: Told | null = null;
  // Ctrl-C in a terminal also reaches the child; a second signal would stop it at once.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  for await (const line of createInterface({ input: child.stdout! })) {
    const told = JSON.parse(line) as Told;
    if (told.event === 'start') console.log(`  ${told.backend}, ${told.parameters} parameters`);
    if (told.event === 'epoch') console.log(epochLine(told));
    if (told.event === 'result') result = told;
  }
  return result;
}

function epochLine({ epoch, trainPerplexity, validPerplexity, tokensPerSecond }: Told): string {
  const valid = validPerplexity === null ? '' : `  valid ${Number(validPerplexity).toFixed(2)}`;
  const speed = `${Math.round(Number(tokensPerSecond))} tokens/s`;
  return `  epoch ${epoch}  train ${Number(trainPerplexity).toFixed(2)}${valid}  ${speed}`;
}

/** @param results one for each seed */
function verdict(card: RecipeCard, results: readonly Told[], minutes: number): string {
  const { band } = card;
  const of = (part: unknown) => Number(Object(part).perplexity);
  const all = results.map((result) =>
    band.of === 'test' ? of(result.test) : Number(result.trainPerplexity),
  );
  const measured = meanOf(
    all.map((perplexity) => (band.unit === 'nats' ? Math.log(perplexity) : perplexity)),
  );
  const inside = measured >= band.from && measured <= band.to;
  const judged = values.quick
    ? 'a quick run, not judged'
    : `${inside ? 'inside' : 'OUTSIDE'} the accepted range ${band.from}–${band.to}`;
  const seeds = card.seeds
    ? `, the mean of ${all.length} seeds (${all.map((one) => Math.log(one).toFixed(3)).join(', ')})`
    : '';
  const valid = band.of === 'test' && results[0].valid ? `, valid ${of(results[0].valid).toFixed(2)}` : '';
  const what =
    band.unit === 'nats' ? `loss ${measured.toFixed(3)} nats per token` : `perplexity ${measured.toFixed(2)}`;
  return (
    `\n${band.of} ${what}${seeds}${valid}: ${judged}.\n` +
    `${minutes.toFixed(1)} minutes${values.resume ? ' since it was resumed' : ''} on ${cpus()[0]?.model}, ${cpus().length} cores.`
  );
}

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0) / numbers.length;
}
