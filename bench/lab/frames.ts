import type { Page } from 'playwright-core';

interface Watched {
  since: number;
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
    window.watched = { since: performance.now(), gap: 0, task: 0 };
  });
  await work();
  return page.evaluate(() => window.watched);
}

/** As text: what tsx makes of a function needs a helper that a page does not have. */
const WATCH = `
  window.watched = { since: 0, gap: 0, task: 0 };
  let last = performance.now();
  requestAnimationFrame(function frame(now) {
    window.watched.gap = Math.max(window.watched.gap, now - last);
    last = now;
    requestAnimationFrame(frame);
  });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      if (startTime >= window.watched.since) window.watched.task = Math.max(window.watched.task, duration);
  }).observe({ type: 'longtask', buffered: true });
`;

/** Starts to measure in each page that is opened afterwards. */
export async function installWatch(page: Page): Promise<void> {
  await page.addInitScript({ content: WATCH });
}
