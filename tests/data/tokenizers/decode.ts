import type { Tokenizer } from '../../../src/data/tokenizers/tokenizer.ts';

export function decode(tokenizer: Tokenizer, tokens: Iterable<string>): string {
  const decoder = tokenizer.decoder();
  let text = '';
  for (const token of tokens) text += decoder.push(token);
  return text + decoder.end();
}
