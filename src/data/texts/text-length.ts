import { UnrolledError } from '../../errors.ts';

/** V8's maximum string length in UTF-16 units. UTF-8 has at least one byte for each. */
export const MAX_TEXT_LENGTH: number = 0x1fffffe8;

/** Throws UnrolledError for text that doesn't fit into one string. @param where names the text in the error */
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
    `${where}: the text has ${number(length)} ${unit}; it can have at most ${number(most)}. ` +
      'Use a part of it: split -C 500m FILE cuts between lines.',
  );
}
