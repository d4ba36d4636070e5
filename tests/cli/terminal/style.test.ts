import { afterEach, expect, test, vi } from 'vitest';
import { hasColour } from '../../../src/cli/terminal/style.ts';
import { printable, printableText } from '../../../src/data/texts/printable.ts';
import { jsonLine } from '../../../src/generation/scoring/rows/encode-record.ts';

afterEach(() => vi.unstubAllEnvs());

const stream = (isTTY: boolean) => ({ isTTY }) as NodeJS.WriteStream;

test('colours are used on terminals, but not with NO_COLOR or on a dumb terminal', () => {
  vi.stubEnv('FORCE_COLOR', '');
  vi.stubEnv('NO_COLOR', '');
  vi.stubEnv('TERM', 'xterm');
  expect([true, false].map((isTTY) => hasColour(stream(isTTY)))).toEqual([true, false]);
  vi.stubEnv('NO_COLOR', '1');
  expect(hasColour(stream(true))).toBe(false);
  vi.stubEnv('NO_COLOR', '');
  vi.stubEnv('TERM', 'dumb');
  expect(hasColour(stream(true))).toBe(false);
});

test('FORCE_COLOR enables colours everywhere, and 0 or false disables them', () => {
  vi.stubEnv('TERM', 'xterm');
  vi.stubEnv('NO_COLOR', '1');
  vi.stubEnv('FORCE_COLOR', '1');
  expect(hasColour(stream(false))).toBe(true);
  vi.stubEnv('NO_COLOR', '');
  for (const no of ['0', 'false']) {
    vi.stubEnv('FORCE_COLOR', no);
    expect(hasColour(stream(true))).toBe(false);
  }
});

test('control characters, including C1 and bidirectional ones, are escaped', () => {
  expect(printable('a\x1b[2J\x9b1m\x7f\u202eb\r\n')).toBe('a\\u{1b}[2J\\u{9b}1m\\u{7f}\\u{202e}b\\r\\n');
  expect(printable('é 日本 😀')).toBe('é 日本 😀');
});

test('characters that scripts need are kept: joiners, emoji tags and number signs', () => {
  const written = ['می‌خواهم', 'क्‍ष', '👩‍👩‍👧', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🇰🇷', 'é', '؀١٢'];
  for (const text of written) expect(printable(text)).toBe(text);
  expect(printable('a\u{e0067}b\u200bc\ufeff\u2066\ud800')).toBe(
    'a\\u{e0067}b\\u{200b}c\\u{feff}\\u{2066}\\u{d800}',
  );
  expect(jsonLine({ text: 'می‌خواهم 👩‍👩‍👧 \x9b\u202e' })).toBe('{"text":"می‌خواهم 👩‍👩‍👧 \\u009b\\u202e"}');
});

test('model text keeps its newlines and tabs', () => {
  expect(printableText('a\n\tb\x1b\n')).toBe('a\n\tb\\u{1b}\n');
});
