import { effect, type Signal, signal } from '@preact/signals';
import type { ScoredRow } from '../../engine/scoring/calls.ts';
import { engine } from '../../state/engine.ts';
import { outline } from '../../state/scoring.ts';

/** Rows are fetched in pages of so many; so many pages are held. */
const PAGE = 64;
const HELD = 12;

/** Counts the pages that came, so that what shows them is drawn again. */
export const arrived: Signal<number> = signal(0);

let pages: Map<number, readonly ScoredRow[] | null> = new Map();
let of = outline.peek();

effect(() => {
  of = outline.value;
  pages = new Map();
});

/** The row, if it is there; else it is fetched. */
export function rowAt(row: number): ScoredRow | null {
  const page = Math.floor(row / PAGE);
  const rows = pages.get(page);
  if (rows === undefined) void fetchPage(page);
  return rows?.[row % PAGE] ?? null;
}

async function fetchPage(page: number): Promise<void> {
  const [mine, outlined] = [pages, of];
  if (!outlined) return;
  if (mine.size === HELD) mine.delete([...mine.keys()][0]);
  mine.set(page, null);
  const range = { from: page * PAGE, to: (page + 1) * PAGE };
  const rows = await engine.call('scoredRows', { ...outlined.layout, ...range });
  if (outlined !== of) return;
  mine.set(page, rows);
  arrived.value++;
}
