import { expect, test } from 'vitest';
import { describeLab } from '../support/lab.ts';

const views = ['Text', 'Train', 'Unrolled', 'Back through time', 'Write', 'Read', 'Words', 'Chapter'];
const [wide, narrow] = [
  { width: 1440, height: 900 },
  { width: 360, height: 800 },
];

describeLab('a window that becomes narrow', {}, (lab) => {
  test('no view is wider than the window, also what was drawn for a wide one', async () => {
    const visit = await lab.open('view=unrolled', { viewport: wide });
    const { page } = visit;
    await visit.shows('speeches (sample)');
    for (const view of views) {
      const region = await visit.view(view);
      await page.locator('section.view[aria-busy=false]').waitFor();
      if (view === 'Back through time') await region.locator('.chart canvas').first().waitFor();
      await page.setViewportSize(narrow);
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth), { message: view })
        .toBeLessThanOrEqual(0);
      await page.setViewportSize(wide);
    }
  });
});
