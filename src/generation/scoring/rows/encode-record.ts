import { escapeSteering, printable } from '../../../data/texts/printable.ts';

/** One line of JSON. Control and invisible characters are escaped as `\\u…`, which JSON parses to the same text. */
export function jsonLine(record: object | string): string {
  return escapeSteering(JSON.stringify(record), escapeUnits);
}

function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/** The header line of a TSV table. */
export function tsvHeader(record: object): string {
  return flat(record)
    .map(([name]) => name)
    .join('\t');
}

/** A line of a TSV table. In texts, control characters are escaped, such as `\t` and `\u{1b}`, and backslashes are doubled. */
export function tsvLine(record: object): string {
  return flat(record)
    .map(([, value]) => cell(value))
    .join('\t');
}

/** Flattens lists of objects into columns: `token1`, `probability1`, `token2` … */
function flat(record: object): [name: string, value: unknown][] {
  return Object.entries(record).flatMap(([name, value]): [string, unknown][] => {
    if (!Array.isArray(value)) return [[name, value]];
    return value.flatMap((item: object, i) =>
      Object.entries(item).map(([member, inner]): [string, unknown] => [`${member}${i + 1}`, inner]),
    );
  });
}

function cell(value: unknown): string {
  if (typeof value === 'number') return Number.isFinite(value) ? `${Number(value.toPrecision(7))}` : '';
  return printable(String(value).replaceAll('\\', '\\\\'));
}
