/**
 * A value as the source text of a JSON literal, for scripts in files and in HTML. Strings may contain anything: no string ends its
 * line, a comment or a script element.
 */
export function literal(value: unknown, indent: number = 0): string {
  return JSON.stringify(value, null, indent)
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')
    .replaceAll(/<(?=[/!s])/gi, '\\u003c')
    .replaceAll('-->', '--\\u003e');
}

/** Maximum length of a line of a list. */
const WIDTH = 110;

/** A list of strings as the source text of an array, in lines of several elements. */
export function listLiteral(strings: readonly string[]): string {
  if (strings.length === 0) return '[]';
  const lines: string[] = [];
  let line = ' ';
  for (const string of strings) {
    const element = ` ${literal(string)},`;
    if (line.length > 1 && line.length + element.length > WIDTH) {
      lines.push(line);
      line = ' ';
    }
    line += element;
  }
  return `[\n${[...lines, line].join('\n')}\n]`;
}
