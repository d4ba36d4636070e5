import { UnrolledError } from '../../errors.ts';

/** The longest string of V8, in UTF-16 units; UTF-8 has at least a byte for each. */
export const MAX_TEXT_LENGTH: number = 0x1fffffe8;

/** Throws UnrolledError for texts that don't fit into one string. @param where what has this length, for the error */
export function checkTextLength(
  where: string,
  length: number,
  unit: 'bytes' | 'characters',
  most: number = MAX_TEXT_LENGTH,
): void {
  if (length <= most) return;
  const number = (value: number) => value.toLocaleString('en');
  throw new UnrolledError(
    'file-large',
    `${where}: ${number(length)} ${unit}; texts up to ${number(most)} are read at once. ` +
      'Use a part of it: split -C 500m FILE cuts between lines.',
  );
}
