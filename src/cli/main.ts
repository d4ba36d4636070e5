#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { UnrolledError } from '../errors.ts';
import { commandHelp, overview } from './arguments/help.ts';
import { didYouMean } from './arguments/nearest.ts';
import { parseArguments } from './arguments/parse.ts';
import { UsageError } from './arguments/usage-error.ts';
import type { Command } from './command.ts';
import { errorCode, fileError } from './files/file-error.ts';
import { printable } from './terminal/style.ts';

/** A command's module is loaded when it is asked for, and the library with it. */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['train', async () => (await import('./commands/train.ts')).train],
  ['evaluate', async () => (await import('./commands/evaluate.ts')).evaluate],
  ['generate', async () => (await import('./commands/generate.ts')).generate],
  ['inspect', async () => (await import('./commands/inspect.ts')).inspect],
]);

/** The exit statuses; a command that was interrupted returns its own. */
const FAILED = 1;
const MISUSED = 2;
const OUR_FAULT = 70;

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h') {
    const all = await Promise.all([...commands.values()].map((load) => load()));
    process.stdout.write(overview(all));
    return 0;
  }
  if (name === '--version') {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const load = commands.get(name);
  if (!load) throw unknownCommand(name);
  const command = await load();
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(commandHelp(command));
    return 0;
  }
  const { values, operands } = parseArguments(command, args);
  return command.run(values, operands);
}

function unknownCommand(name: string): UsageError {
  const kind = name.startsWith('-') ? 'flag' : 'command';
  const hint = didYouMean(name, [...commands.keys(), '--help', '--version']);
  const list = [...commands.keys()].join(', ');
  return new UsageError(
    `unrolled: got the ${kind} '${name}'; it needs one of ${list}.${hint || ' See unrolled --help.'}`,
  );
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return version;
}

/** Tells what went wrong on stderr. Returns the exit status. */
function report(error: unknown): number {
  if (error instanceof UnrolledError) {
    process.stderr.write(`${printable(error.message)}\n`);
    return error instanceof UsageError ? MISUSED : FAILED;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${stack}\nThis is a fault of unrolled ${version()}, not yours. Please report it.\n`);
  return OUR_FAULT;
}

/** A reader that has seen enough, such as head, is no error. */
process.stdout.on('error', (error) => {
  if (errorCode(error) === 'EPIPE') process.exit(0);
  process.exit(report(fileError('standard output', error)));
});

process.exitCode = await main(process.argv.slice(2)).catch(report);
