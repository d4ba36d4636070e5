import { described, pointed, toggle, wantedRow } from './cursor.ts';
import { rowAt } from './row-pages.ts';

/** The first token of each segment of the first model in a row; empty while it is not there. */
function tokensOf(row: number): readonly number[] {
  return rowAt(row)?.sides[0].map(({ token }) => token) ?? [];
}

/** Moves from segment to segment by the arrow keys; Enter selects. @param top the first row that can be seen */
export function keyMoves(event: KeyboardEvent, rows: number, top: number): void {
  const at = described.peek();
  if (event.key === 'Enter' || event.key === ' ') {
    if (at !== null) toggle(at);
    event.preventDefault();
    return;
  }
  if (event.key === 'Escape') pointed.value = null;
  const found = next(event.key, at, top, rows);
  if (found === null) return;
  event.preventDefault();
  pointed.value = found.token;
  wantedRow.value = found;
}

/** The token that a key leads to, and its row. */
function next(key: string, at: number | null, top: number, rows: number) {
  const row = at === null ? top : (rowWith(at, top, rows) ?? top);
  const tokens = tokensOf(row);
  const column =
    at === null
      ? 0
      : Math.max(
          0,
          tokens.findLastIndex((token) => token <= at),
        );
  const cell = (inRow: number, index: number) => {
    const token = tokensOf(inRow).at(index);
    return token === undefined ? null : { row: inRow, token };
  };
  if (at === null) return key.startsWith('Arrow') ? cell(row, 0) : null;
  if (key === 'ArrowRight') return column + 1 < tokens.length ? cell(row, column + 1) : cell(row + 1, 0);
  if (key === 'ArrowLeft') return column > 0 ? cell(row, column - 1) : row > 0 ? cell(row - 1, -1) : null;
  const near = (inRow: number) => cell(inRow, Math.min(column, tokensOf(inRow).length - 1));
  if (key === 'ArrowDown' && row + 1 < rows) return near(row + 1);
  if (key === 'ArrowUp' && row > 0) return near(row - 1);
  if (key === 'Home') return cell(row, 0);
  return key === 'End' ? cell(row, -1) : null;
}

/** The row of a token, near the rows that can be seen. */
function rowWith(token: number, top: number, rows: number): number | null {
  for (let row = Math.max(0, top - 20); row < Math.min(rows, top + 80); row++) {
    const tokens = tokensOf(row);
    const following = tokensOf(row + 1)[0] ?? Number.POSITIVE_INFINITY;
    if (tokens.length > 0 && tokens[0] <= token && token < following) return row;
  }
  return null;
}
