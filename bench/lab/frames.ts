import type { Page } from 'playwright-core';

interface Watched {
  gap: number;
  task: number;
}

declare global {
  interface Window {
    watched: Watched;
  }
}

/** The longest time between two frames and the longest task of the page's thread, in ms. */
export async function watchFrames(page: Page, work: () => Promise<unknown>): Promise<Watched> {
  await page.evaluate(() => {
    window.watched = { gap: 0, task: 0 };
  });
  await work();
  return page.evaluate(() => window.watched);
}

/** Starts to measure in each page that is opened afterwards. */
export async function installWatch(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.watched = { gap: 0, task: 0 };
    let last = performance.now();
    const frame = (now: number) => {
      window.watched.gap = Math.max(window.watched.gap, now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries())
        window.watched.task = Math.max(window.watched.task, duration);
    }).observe({ type: 'longtask', buffered: true });
  });
}
