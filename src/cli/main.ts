#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { UnrolledError } from '../errors.ts';
import { errorCode } from '../formats/file-error.ts';
import { commandHelp, overview } from './arguments/help.ts';
import { checkInputPaths } from './arguments/input-paths.ts';
import { didYouMean } from './arguments/nearest.ts';
import { parseArguments } from './arguments/parse.ts';
import { UsageError } from './arguments/usage-error.ts';
import { asksForHelp } from './arguments/words.ts';
import type { Command } from './command.ts';
import { catalog, loadCommand } from './commands/catalog.ts';
import { expandInputs } from './files/texts/expand-inputs.ts';
import { endWith, guardStreams, print, say } from './terminal/streams.ts';
import { printable } from './terminal/style.ts';

/** The exit statuses; a command that was interrupted returns its own. */
const FAILED = 1;
const MISUSED = 2;
const OUR_FAULT = 70;

async function main([name = 'help', ...args]: readonly string[]): Promise<number> {
  if (['help', '--help', '-h'].includes(name)) return await help(args);
  if (name === '--version') {
    await print(`${version()}\n`);
    return 0;
  }
  const command = await loadCommand(name);
  if (!command) throw unknownCommand(name);
  if (asksForHelp(args, command.options)) return await help([name]);
  const { values, operands } = parseArguments(command, args);
  checkWorkingFolder(name);
  const inputs = expanded(command, operands, values.quiet === true);
  checkInputPaths(command.inputs(values, inputs), command.streams?.(values, inputs));
  const { needsBoundsChecks, runWithBoundsChecks } = await import('./machine/run-again.ts');
  return needsBoundsChecks() ? await runWithBoundsChecks() : command.run(values, inputs);
}

/** The operands, with the files of folders and patterns. */
function expanded(
  { operands: { texts } }: Command,
  operands: readonly string[],
  quiet: boolean,
): readonly string[] {
  if (texts === undefined) return operands;
  const notice = quiet ? undefined : (sentence: string) => say(printable(sentence));
  return [...operands.slice(0, texts), ...expandInputs(operands.slice(texts), notice)];
}

/** `unrolled help`, or `unrolled help train`. */
async function help([name = '--help']: readonly string[]): Promise<number> {
  const command = name.startsWith('-') ? null : await loadCommand(name);
  if (command === undefined) throw unknownCommand(name);
  await print(command ? commandHelp(command) : overview(catalog));
  return 0;
}

/** Neither threads start nor names of files mean anything in a folder that was removed meanwhile. */
function checkWorkingFolder(name: string): void {
  try {
    process.cwd();
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    throw new UnrolledError(
      'file-missing',
      `${name}: the working folder is gone; it needs one. Change into a folder that exists, such as with cd ~.`,
    );
  }
}

function unknownCommand(name: string): UsageError {
  const kind = name.startsWith('-') ? 'flag' : 'command';
  const names = catalog.map((command) => command.name);
  const hint = didYouMean(name, [...names, '--help', '--version']);
  return new UsageError(
    `unrolled: got the ${kind} '${name}'; it needs one of ${names.join(', ')}.${hint || ' See unrolled --help.'}`,
  );
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return version;
}

/** Tells what went wrong on stderr. Returns the exit status. */
function report(error: unknown): number {
  if (error instanceof UnrolledError && error.code !== 'thread-failed') {
    say(printable(error.message));
    return error instanceof UsageError ? MISUSED : FAILED;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  say(`${stack}\nThis is a fault of unrolled ${version()}, not yours. Please report it.`);
  return OUR_FAULT;
}

guardStreams();
endWith(await main(process.argv.slice(2)).catch(report));
