import type { Browser, Page } from 'playwright-core';
import { longestTasks, type Tasks, TRACED } from './tasks.ts';

/** How a page's thread kept up with some work. */
export interface Watched {
  /** The longest time between two frames, in ms. */
  readonly gap: number;
  readonly tasks: Tasks;
}

declare global {
  interface Window {
    longestGap: number;
  }
}

/** The longest time between two frames and the longest tasks of a page's thread while it works. */
export async function watchFrames(
  browser: Browser,
  page: Page,
  work: () => Promise<unknown>,
): Promise<Watched> {
  await browser.startTracing(page, { categories: TRACED });
  await page.evaluate(() => {
    window.longestGap = 0;
  });
  await work();
  const gap = await page.evaluate(() => window.longestGap);

  return { gap, tasks: longestTasks(await browser.stopTracing()) };
}

/** As text: what tsx makes of a function needs a helper that a page does not have. */
const WATCH = `
  window.longestGap = 0;
  let last = performance.now();
  requestAnimationFrame(function frame(now) {
    window.longestGap = Math.max(window.longestGap, now - last);
    last = now;
    requestAnimationFrame(frame);
  });
`;

/** Starts to measure in each document of the page that is opened afterwards. It costs time: 60 callbacks per second. */
export async function installWatch(page: Page): Promise<void> {
  await page.addInitScript({ content: WATCH });
}
