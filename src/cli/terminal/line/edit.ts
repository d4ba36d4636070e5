import { lastGrapheme, nextGrapheme } from '../width.ts';
import type { Key } from './keys.ts';

/** A line of text being edited. */
export interface Line {
  readonly text: string;
  /** The index in the text where input is inserted; always between two graphemes. */
  readonly cursor: number;
}

export const emptyLine: Line = { text: '', cursor: 0 };

/** Applies a key to the line. Returns the same line if the key doesn't edit it. */
export function edit(line: Line, key: Key): Line {
  const before = line.text.slice(0, line.cursor);
  const after = line.text.slice(line.cursor);
  switch (key.name) {
    case 'text':
      return joined(before + key.text, after);
    case 'left':
      return { ...line, cursor: line.cursor - lastGrapheme(before).length };
    case 'right':
      return { ...line, cursor: line.cursor + nextGrapheme(after).length };
    case 'home':
      return { ...line, cursor: 0 };
    case 'end':
      return { ...line, cursor: line.text.length };
    case 'backspace':
      return joined(before.slice(0, before.length - lastGrapheme(before).length), after);
    case 'delete':
      return joined(before, after.slice(nextGrapheme(after).length));
    case 'clear-left':
      return joined('', after);
    case 'clear-right':
      return joined(before, '');
    case 'clear-word':
      return joined(before.replace(/\S*\s*$/, ''), after);
    default:
      return line;
  }
}

function joined(before: string, after: string): Line {
  return { text: before + after, cursor: before.length };
}
