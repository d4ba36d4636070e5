import { printable } from '../../data/texts/printable.ts';
import type { Imported } from '../../interop/import-model.ts';
import { byteSize, count } from '../terminal/format.ts';
import { pairs } from '../terminal/table.ts';

/** Which arrays became which weights, what was left out, how texts are split, and the saved file. */
export function describeImport(
  { mapped, leftOut, tokens }: Omit<Imported, 'file'>,
  out: string,
  bytes: number,
): string {
  const weights = mapped.map(
    ({ from, shape, to }) => [`${printable(from)} (${shape.join(', ')})`, to.join(', ')] as const,
  );
  const rest = leftOut.map(
    ({ name, reason }) => [printable(name), `left out: ${printable(reason)}`] as const,
  );
  const vocabulary = `tokens: ${count(tokens.count)}, split by ${tokens.kind}${tokens.from === undefined ? '' : `, of ${tokens.from}`}`;
  return `${pairs([...weights, ...rest])}\n\n${vocabulary}\nsaved ${printable(out)}, ${byteSize(bytes)}`;
}
