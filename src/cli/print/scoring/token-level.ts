import { readableToken } from '../../../data/readable-token.ts';
import { printable } from '../../../data/texts/printable.ts';
import { type TokenRow, TokenRows } from '../../../generation/scoring/rows/token-rows.ts';
import { type ScoredToken, textBefore } from '../../../generation/scoring/scored-line.ts';
import type { TextModel } from '../../../models/model-file.ts';
import { count } from '../../terminal/format.ts';
import { heat } from '../../terminal/heat.ts';
import { bold } from '../../terminal/style.ts';
import { clip, clipStart, columnsOf } from '../../terminal/width.ts';
import type { Level } from './output.ts';

/** Width of a token with its context, in columns. */
const PLACE = 30;

export class TokenLevel extends TokenRows implements Level<TokenRow> {
  readonly #saved: TextModel;

  constructor(saved: TextModel) {
    super(saved.vocabulary);
    this.#saved = saved;
  }

  header(): string {
    const place = 'token in its context'.padEnd(PLACE);
    return `${'line'.padStart(6)} ${'bits'.padStart(6)} ${'rank'.padStart(7)}  ${place}  more likely`;
  }

  text({ line, index }: TokenRow, width: number): string {
    const token = line.tokens[index];
    const { tokens } = line;
    const unknown = token.known ? '' : ` (${this.#saved.vocabulary.unknown})`;
    const shown = clip(printable(this.#shown(token) + unknown), PLACE - 4);
    const before = printable(textBefore(tokens, index, this.#saved.tokenizer));
    const lead = clipStart(before === '' ? '' : `${before} `, PLACE - columnsOf(shown));
    const place = `${lead}${bold(shown)}${' '.repeat(Math.max(0, PLACE - columnsOf(lead + shown)))}`;
    const bits = heat(token.bits.toFixed(2).padStart(6), token.bits);
    const start = `${String(line.line).padStart(6)} ${bits} ${count(token.rank ?? 0).padStart(7)}  ${place}  `;
    return start + clip(this.#likelier(token), width - PLACE - 26);
  }

  /** The token as text; an unknown word is shown as in the text. */
  #shown({ id, known, token }: ScoredToken): string {
    return known ? readableToken(id, this.#saved) : token;
  }

  #written(id: number): string {
    return printable(readableToken(id, this.#saved));
  }

  #likelier({ alternatives, rank }: ScoredToken): string {
    return alternatives
      .slice(0, (rank ?? 1) - 1)
      .map(({ id, probability }) => `${this.#written(id)} ${roughly(probability)}`)
      .join(', ');
  }
}

function roughly(probability: number): string {
  return probability < 0.005 ? '<1%' : `${(100 * probability).toFixed(0)}%`;
}
