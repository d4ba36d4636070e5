import { type Signal, signal } from '@preact/signals';

const KEY = 'unrolled-lab-visited';

/** Whether nothing was chosen in this browser yet; the page then says what it is. */
export const isFirstVisit: Signal<boolean> = signal(!wasHere());

/** Something was chosen: the page no longer says what it is, now and on the next visits. */
export function endFirstVisit(): void {
  if (!isFirstVisit.peek()) return;
  isFirstVisit.value = false;
  try {
    localStorage.setItem(KEY, '1');
  } catch {
    // A browser that keeps nothing says it on the next visit again.
  }
}

function wasHere(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}
