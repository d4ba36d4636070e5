import type { Imported } from '../../interop/import-model.ts';
import { byteSize } from '../terminal/format.ts';
import { printable } from '../terminal/style.ts';
import { pairs } from '../terminal/table.ts';

/** Which arrays became which weights, what was left out, and the saved file. */
export function describeImport(
  { mapped, leftOut }: Omit<Imported, 'file'>,
  out: string,
  bytes: number,
): string {
  const weights = mapped.map(
    ({ from, shape, to }) => [`${printable(from)} (${shape.join(', ')})`, to.join(', ')] as const,
  );
  const rest = leftOut.map(({ name, reason }) => [printable(name), `left out: ${reason}`] as const);
  return `${pairs([...weights, ...rest])}\n\nsaved ${printable(out)}, ${byteSize(bytes)}`;
}
