/** A token in which white space can be seen. */
export function visible(token: string): string {
  return token.replaceAll('\n', '⏎').replaceAll('\t', '⇥').replaceAll(' ', '␣') || '∅';
}
