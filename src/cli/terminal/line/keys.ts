/** A key or text typed at a terminal. */
export type Key =
  | { readonly name: 'text'; readonly text: string }
  | { readonly name: Exclude<(typeof CONTROLS)[keyof typeof CONTROLS], undefined> | 'delete' };

/** The control characters that have a function. */
const CONTROLS = {
  '\x01': 'home',
  '\x02': 'left',
  '\x03': 'interrupt',
  '\x04': 'leave',
  '\x05': 'end',
  '\x06': 'right',
  '\b': 'backspace',
  '\t': 'tab',
  '\n': 'enter',
  '\x0b': 'clear-right',
  '\r': 'enter',
  '\x15': 'clear-left',
  '\x17': 'clear-word',
  '\x7f': 'backspace',
} as const;

/** Escape sequences without their prefix, of xterm and other terminals. */
const SEQUENCES: Readonly<Record<string, Key['name']>> = {
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  '1~': 'home',
  '7~': 'home',
  '4~': 'end',
  '8~': 'end',
  '3~': 'delete',
};

const ESCAPE = '\x1b';
const PASTE = `${ESCAPE}[200~`;
const PASTED = `${ESCAPE}[201~`;

const WHOLE = new RegExp(`^${ESCAPE}(?:\\[([0-?]*[ -/]*[@-~])|O(.)|[^[O])`, 's');
const BEGUN = new RegExp(`^${ESCAPE}(?:\\[[0-?]*[ -/]*|O)?$`);

/** Parses keys from the chunks that a terminal in raw mode sends. A sequence may be split between chunks. */
export class KeyReader {
  #rest = '';

  push(chunk: string): Key[] {
    // A lone Escape, followed by another key.
    let rest = this.#rest === ESCAPE && !/^[[O]/.test(chunk) ? chunk : this.#rest + chunk;
    const keys: Key[] = [];
    while (rest !== '') {
      const taken = takeKey(rest);
      if (!taken) break;
      if (taken.key) keys.push(taken.key);
      rest = rest.slice(taken.length);
    }
    this.#rest = rest;
    return keys;
  }
}

/** The first key (null if it has no function) and its length; null if it is incomplete. */
function takeKey(rest: string): { readonly key: Key | null; readonly length: number } | null {
  if (rest.startsWith(PASTE)) {
    const end = rest.indexOf(PASTED);
    if (end < 0) return null;
    return { key: textKey(rest.slice(PASTE.length, end)), length: end + PASTED.length };
  }
  if (BEGUN.test(rest)) return null;
  const sequence = WHOLE.exec(rest);
  if (sequence) {
    const name = SEQUENCES[sequence[1] ?? sequence[2] ?? ''] as Exclude<Key['name'], 'text'> | undefined;
    return { key: name ? { name } : null, length: sequence[0].length };
  }
  const [text] = /^\P{Cc}*/u.exec(rest) as RegExpExecArray;
  if (text !== '') return { key: { name: 'text', text }, length: text.length };
  const name = CONTROLS[rest[0] as keyof typeof CONTROLS];
  return { key: name ? { name } : null, length: 1 };
}

/** Pasted text: line ends are kept as newlines, other control characters are removed. */
function textKey(pasted: string): Key | null {
  const text = pasted.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]/gu, '');
  return text === '' ? null : { name: 'text', text };
}
