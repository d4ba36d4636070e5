import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import type { Visit } from '../../support/lab.ts';

/** Computed numbers that a step shows, by their names. */
export type Values = Readonly<Record<string, number>>;

/** The tour in a page, moved by the keyboard. */
export class Tour {
  readonly visit: Visit;

  constructor(visit: Visit) {
    this.visit = visit;
  }

  values(): Promise<Values> {
    return this.visit.page
      .getByTestId('tour-value')
      .evaluateAll((all) =>
        Object.fromEntries(
          (all as HTMLElement[]).map(({ dataset }) => [dataset.name, Number(dataset.value)]),
        ),
      );
  }

  /** Waits until a computed number has a value, then returns all. */
  async when(name: string, expected: number): Promise<Values> {
    await expect.poll(async () => (await this.values())[name], { message: name }).toBeCloseTo(expected, 8);
    return this.values();
  }

  /** The colour that the cell of a number has at the moment. */
  fill(name: string): Promise<string> {
    const cell = this.visit.page.locator(`[data-testid=tour-value][data-name="${name}"] rect`);
    return cell.evaluate((rect) => getComputedStyle(rect).fill);
  }

  /** Goes to a neighbouring step. */
  async press(key: 'ArrowRight' | 'ArrowLeft', to: number): Promise<void> {
    await this.visit.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await this.visit.page.keyboard.press(key);
    await this.visit.page.locator(`[data-testid=tour-step][data-step="${to}"]`).waitFor();
  }

  /** Presses keys on a slider. */
  async slide(name: string, ...keys: readonly string[]): Promise<void> {
    const slider: Locator = this.visit.page.getByRole('slider', { name, exact: true });
    for (const key of keys) await slider.press(key);
  }
}

/** The numbers `name-0`, `name-1` … */
export function row(values: Values, name: string, length: number): number[] {
  return Array.from({ length }, (_, i) => values[`${name}-${i}`]);
}

export function expectClose(found: readonly number[], expected: ArrayLike<number>): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i], 8);
}
