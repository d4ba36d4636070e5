import { UnrolledError } from '../../../errors.ts';
import { shown } from '../../../kinds.ts';
import { MAX_TOKENS } from '../../vocabulary/count-tokens.ts';
import { BYTES_IN_ORDER, spellByte } from './alphabet.ts';
import { MAX_MERGES } from './merging/merge-long.ts';
import { MergeRules } from './merging/merge-rules.ts';

/** Two pieces that are merged into one. */
export type Merge = readonly [left: string, right: string];

/** Checked pieces in order of their ids, with their merge rules. */
export interface Pieces {
  readonly pieces: readonly string[];
  readonly rules: MergeRules;
  /** The id of each byte. */
  readonly bytes: Int32Array;
}

/** The 256 bytes sorted by spelling, then the distinct results of the merges. */
export function piecesOf(merges: readonly Merge[]): string[] {
  const pieces = new Set(BYTES_IN_ORDER.map(spellByte));
  for (const [left, right] of merges) pieces.add(left + right);
  return [...pieces];
}

/**
 * Checks merges and pieces, which may come from a file.
 * @param pieces default: `piecesOf(merges)`
 */
export function checkPieces(
  where: string,
  merges: readonly Merge[],
  pieces: readonly string[] = piecesOf(merges),
): Pieces {
  if (pieces.length > MAX_TOKENS) throw tooMany(where, `${pieces.length} pieces`, MAX_TOKENS);
  if (merges.length > MAX_MERGES) throw tooMany(where, `${merges.length} merges`, MAX_MERGES);
  const ids = new Map<string, number>();
  for (const [id, piece] of pieces.entries()) {
    if (piece === '') throw damaged(where, `piece ${id} is empty`);
    if (ids.has(piece))
      throw damaged(where, `the pieces ${ids.get(piece)} and ${id} are both ${quoted(piece)}`);
    ids.set(piece, id);
  }
  const bytes = Int32Array.from({ length: 256 }, (_, byte) => {
    const id = ids.get(spellByte(byte));
    if (id === undefined)
      throw damaged(where, `there is no piece for byte ${byte} (${quoted(spellByte(byte))})`);
    return id;
  });
  return { pieces, bytes, rules: rulesOf(where, merges, ids) };
}

function rulesOf(where: string, merges: readonly Merge[], ids: ReadonlyMap<string, number>): MergeRules {
  const rules = new MergeRules();
  for (const [rank, [left, right]] of merges.entries()) {
    const idOf = (piece: string): number => {
      const id = ids.get(piece);
      if (id === undefined) throw damaged(where, `merge ${rank} uses ${quoted(piece)}, which is not a piece`);
      return id;
    };
    if (!rules.add(idOf(left), idOf(right), idOf(left + right))) {
      throw damaged(where, `merge ${rank} repeats ${quoted(left)} and ${quoted(right)}`);
    }
  }
  return rules;
}

function quoted(piece: string): string {
  return shown(piece.length > 60 ? `${piece.slice(0, 60)}…` : piece);
}

function damaged(where: string, what: string): UnrolledError {
  return new UnrolledError(
    'file-damaged',
    `${where}: ${what}; byte-level BPE needs distinct pieces, including all 256 bytes, and distinct merges of pieces into ` +
      'pieces. Use another copy of the file, or train a tokenizer.',
  );
}

function tooMany(where: string, what: string, most: number): UnrolledError {
  return new UnrolledError(
    'file-large',
    `${where}: there are ${what}; the maximum is ${most.toLocaleString('en')}. Train a smaller tokenizer.`,
  );
}
