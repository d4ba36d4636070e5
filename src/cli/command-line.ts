import { printable } from '../data/texts/printable.ts';
import { UnrolledError } from '../errors.ts';
import { errorCode } from '../formats/file-error.ts';
import { commandHelp, groupHelp, overview } from './arguments/help.ts';
import { checkInputPaths } from './arguments/input-paths.ts';
import { parseArguments } from './arguments/parse.ts';
import { UsageError } from './arguments/usage-error.ts';
import { asksForHelp } from './arguments/words.ts';
import type { Command } from './command.ts';
import { catalog } from './commands/catalog.ts';
import { messageOf } from './error-message.ts';
import { expandInputs } from './files/texts/expand-inputs.ts';
import { type Found, findCommand } from './find-command.ts';
import { isFollower, letRankZeroPrint, noticeIdle, silence } from './machine/followers.ts';
import { closeBackends } from './machine/opened-backends.ts';
import { abortOpenGroup } from './machine/opened-group.ts';
import { host as currentHost, type Host, ownProcess, setHost } from './terminal/host.ts';
import { guardStreams, print, printNotice } from './terminal/streams.ts';
import { version } from './version.ts';

/** The exit statuses. An interrupted command returns its own. */
const FAILED = 1;
const MISUSED = 2;
const INTERNAL_ERROR = 70;

/**
 * Runs a command line, such as `['train', 'notes.txt']`, to its end. One runs at a time.
 * @returns the exit status
 */
export async function runCommandLine(args: readonly string[], host: Host = ownProcess): Promise<number> {
  const before = currentHost();
  setHost(host);
  guardStreams();
  if (isFollower()) silence();
  try {
    return await run(args).catch(async (error) => {
      await letRankZeroPrint(error);
      return await report(error);
    });
  } finally {
    closeBackends();
    abortOpenGroup();
    setHost(before);
  }
}

async function run([name = 'help', ...args]: readonly string[]): Promise<number> {
  const asked = ['help', '--help', '-h'].includes(name) ? 'help' : name;
  const found = asked.match(/^(help|--version)$/) ? null : await findCommand([name, ...args], false);
  const toRun = found && 'command' in found && !asksForHelp(found.args, found.command.options) ? found : null;
  if (isFollower() && toRun?.command.ranks !== 'all') return noticeIdle(asked);
  if (asked === 'help') return await help(args);
  if (found === null) {
    await print(`${version()}\n`);
    return 0;
  }
  if (toRun === null) return await printHelp(found);
  const { command } = toRun;
  const { values, operands } = parseArguments(command, toRun.args);
  checkWorkingFolder(command.name);
  const inputs = expanded(command, operands, values.quiet === true);
  checkInputPaths(command.inputs(values, inputs), command.streams?.(values, inputs));
  const { needsBoundsChecks, runWithBoundsChecks } = await import('./machine/bounds-checks.ts');
  return needsBoundsChecks() ? await runWithBoundsChecks() : command.run(values, inputs);
}

/** The operands, with folders and patterns replaced by their files. */
function expanded(
  { operands: { texts } }: Command,
  operands: readonly string[],
  quiet: boolean,
): readonly string[] {
  if (texts === undefined) return operands;
  const notice = quiet ? undefined : (sentence: string) => printNotice(printable(sentence));
  return [...operands.slice(0, texts), ...expandInputs(operands.slice(texts), notice)];
}

/** `unrolled help`, `unrolled help train`, or `unrolled help tokenizer train`. */
async function help(words: readonly string[]): Promise<number> {
  return await printHelp(
    words.length === 0 || words[0].startsWith('-') ? null : await findCommand(words, true),
  );
}

async function printHelp(found: Found | null): Promise<number> {
  if (found === null) await print(overview(catalog));
  else await print('group' in found ? groupHelp(found.group) : commandHelp(found.command));
  return 0;
}

/** Throws if the working folder was deleted: threads can't start there, and relative paths are undefined. */
function checkWorkingFolder(name: string): void {
  try {
    process.cwd();
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    throw new UnrolledError(
      'file-missing',
      `${name}: the working folder no longer exists. Change to a folder that exists, such as with cd ~.`,
    );
  }
}

/** Prints an error to stderr. Returns the exit status. */
async function report(error: unknown): Promise<number> {
  if (error instanceof UnrolledError && error.code !== 'thread-failed') {
    printNotice(printable(await messageOf(error)));
    return error instanceof UsageError ? MISUSED : FAILED;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  printNotice(`${stack}\nThis is a bug in unrolled ${version()}. Please report it.`);
  return INTERNAL_ERROR;
}
