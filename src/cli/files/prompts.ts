import type { TextCodec } from '../../data/text-codec.ts';
import { printable } from '../../data/texts/printable.ts';
import { UnrolledError } from '../../errors.ts';
import { encodePrompt, type Prompt } from '../../generation/writing/prompt.ts';
import { printNotice } from '../terminal/streams.ts';

/** Encodes a prompt and reports words outside the vocabulary on stderr. Throws UnrolledError for a blank prompt. */
export function parsePrompt(where: string, text: string, saved: TextCodec): Prompt {
  const prompt = encodePrompt(text, saved);
  if (prompt.ids.length === 0) {
    throw new UnrolledError(
      'text-empty',
      `${where}: the prompt has no ${saved.tokenizer.unit}; it needs at least one. Add some text.`,
    );
  }
  nameUnknown(where, prompt, saved);
  return prompt;
}

/** Reports on stderr the words of a prompt that are outside the vocabulary. */
export function nameUnknown(where: string, { unknown }: Prompt, { vocabulary }: TextCodec): void {
  if (unknown.length === 0) return;
  const names = unknown.map((token) => JSON.stringify(token)).join(', ');
  const verb = unknown.length > 1 ? 'are' : 'is';
  printNotice(
    printable(`${where}: ${names} ${verb} not in the vocabulary and will be read as ${vocabulary.unknown}.`),
  );
}

/** The ids that must not be generated: the tokens of `text`, and the unknown token unless it is allowed. */
export function readBanned(
  text: string | undefined,
  allowUnknown: boolean,
  { tokenizer, vocabulary }: TextCodec,
): number[] {
  const banned = allowUnknown ? [] : [...vocabulary.unknownIds];
  for (const { token, start, end } of text === undefined ? [] : tokenizer.spans(text)) {
    // A word of the text, otherwise a special token by its name: the end of a line, the unknown token.
    const id = vocabulary.idInText(token) ?? vocabulary.idOf((text as string).slice(start, end));
    if (id === undefined) {
      throw new UnrolledError(
        'token-unknown',
        `--ban: ${JSON.stringify(token)} is not in the vocabulary, so the model can't generate it. Leave it out.`,
      );
    }
    banned.push(id);
  }
  return banned;
}
