import { type CompactLine, RecordEncoder, type SavedModel, ScoreWriter } from 'unrolled';
import type { ScoreUnit } from './calls.ts';
import type { PairedUnits } from './paired-units.ts';
import type { ScoredText } from './scored-text.ts';

type Format = 'json' | 'tsv';

/** The alternatives of `unrolled score --by token`. */
const ALTERNATIVES = 3;
/** Rows are joined up to this length before they are encoded. */
const PART = 2 ** 20;

/** The rows that `unrolled score` prints. */
export function rowsFile(text: ScoredText, by: ScoreUnit, format: Format): Blob {
  const writer = new ScoreWriter(text.saved as SavedModel, { by, format });
  return fileOf(rows());
  function* rows(): Generator<string> {
    for (const line of text.lines) yield writer.push(withFewer(line));
  }
}

/** The units with their levels by both models. */
export function differencesFile(a: ScoredText, b: ScoredText, pairs: PairedUnits, by: ScoreUnit): Blob {
  const encoder = new RecordEncoder('tsv');
  return fileOf(rows());
  function* rows(): Generator<string> {
    for (let unit = 0; unit < a.units[by].ends.length; unit++) {
      const other = pairs.other(by, unit);
      if (other === null) continue;
      const [start, end] = [a.firstOf(by, unit), a.units[by].ends.at(unit)];
      const text = a.textOf(start, end);
      yield encoder.write({
        line: a.lines[a.pieceOf(start)].line,
        ...{ bitsA: a.units[by].bits.at(unit), bitsB: b.units[by].bits.at(other) },
        ...{ difference: pairs.difference(by, unit), text: text.trimStart() || text },
      });
    }
  }
}

function withFewer(line: CompactLine): CompactLine {
  return { ...line, tokens: { [Symbol.iterator]: tokens } };
  function* tokens() {
    for (const token of line.tokens) {
      yield { ...token, alternatives: token.alternatives.slice(0, ALTERNATIVES) };
    }
  }
}

function fileOf(rows: Iterable<string>): Blob {
  const parts: Blob[] = [];
  let part = '';
  for (const row of rows) {
    part += row;
    if (part.length < PART) continue;
    parts.push(new Blob([part]));
    part = '';
  }
  return new Blob([...parts, part], { type: 'text/plain' });
}
