import { host } from './host.ts';

/**
 * Whether to print colours: on a terminal, unless NO_COLOR is set (https://no-color.org). FORCE_COLOR takes precedence, as in
 * Node: it enables colours, or disables them if it is 0 or false.
 */
export function hasColour(stream: NodeJS.WriteStream = host().stdout): boolean {
  const { env } = host();
  const forced = env.FORCE_COLOR;
  if (forced) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

export function bold(text: string): string {
  return hasColour() ? `\x1b[1m${text}\x1b[22m` : text;
}
