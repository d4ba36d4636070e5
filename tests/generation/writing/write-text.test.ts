import { expect, test } from 'vitest';
import { generateText } from '../../../src/generation/writing/generate-text.ts';
import { encodePrompt } from '../../../src/generation/writing/prompt.ts';
import { textOf, writeOne } from '../../../src/generation/writing/write-text.ts';
import { collect } from '../../support/collect.ts';
import { served, tale } from '../../support/served.ts';

const drawing = { length: 5, stop: [], seed: 1, choice: { temperature: 1 } };

test.each(['word', 'char', 'byte'] as const)(
  'a text begins with its prompt as it was typed, in pieces, whole, and of a library: %s',
  async (kind) => {
    const { saved } = served(tale, { kind, unknown: '<unk>' });
    for (const typed of [
      'the unicorn',
      '-h  the\told , « Ärger »',
      'the <unk> 日本',
      'می\u200cخواهم the ',
      '👩\u200d👩\u200d👧',
      'it was late .\n',
    ]) {
      const prompt = encodePrompt(typed, saved);
      const pieces = await collect(writeOne(saved, prompt, drawing), 100);
      expect(pieces[0]).toBe(typed);
      const text = pieces.slice(1).join('');
      expect(text.startsWith(' ') && /\s$/.test(typed) && kind === 'word').toBe(false);
      expect(
        await generateText(saved, typed, { length: 5, seed: 1, temperature: 1, allowUnknown: true }),
      ).toBe(typed + text);
      expect(textOf(saved, [1, 2], [], prompt).startsWith(typed)).toBe(true);
    }
  },
);
