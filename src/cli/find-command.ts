import { didYouMean } from './arguments/nearest.ts';
import { UsageError } from './arguments/usage-error.ts';
import { isHelp } from './arguments/words.ts';
import type { Command, Summary } from './command.ts';
import { catalog, entryOf, type Group, loadCommand } from './commands/catalog.ts';

/** The command or group that the first words of a command line name. */
export type Found =
  | { readonly command: Command; readonly args: readonly string[] }
  /** A group, for its help. */
  | { readonly group: Group };

/**
 * Finds the command at the start of the words, such as `train` or `tokenizer train`, and returns it with the remaining words.
 * Throws UsageError for an unknown command, and for a group without a command.
 * @param forHelp whether a group without a command is allowed
 */
export async function findCommand(words: readonly string[], forHelp: boolean): Promise<Found> {
  const [name, second] = words;
  const entry = entryOf(name);
  if (!entry) throw unknown('unrolled', name, catalog, ['--help', '--version']);
  if ('load' in entry) return { command: (await loadCommand(name)) as Command, args: words.slice(1) };
  if (isHelp(second) || (forHelp && second === undefined)) return { group: entry };
  if (second === undefined) throw missing(entry);
  const command = await loadCommand(`${name} ${second}`);
  if (!command) throw unknown(name, second, entry.commands, ['--help']);
  return { command, args: words.slice(2) };
}

function unknown(where: string, name: string, all: readonly Summary[], flags: readonly string[]): UsageError {
  const kind = name.startsWith('-') ? 'flag' : 'command';
  const names = all.map((command) => command.name);
  const help = ['unrolled', where].filter((word, i, words) => word !== words[i - 1]).join(' ');
  const hint = didYouMean(name, [...names, ...flags]) || ` See ${help} --help.`;
  return new UsageError(`${where}: unknown ${kind} '${name}'; it needs one of ${names.join(', ')}.${hint}`);
}

function missing({ name, commands }: Group): UsageError {
  const names = commands.map((command) => command.name).join(', ');
  return new UsageError(`${name}: got no command; it needs one of ${names}. See unrolled ${name} --help.`);
}
