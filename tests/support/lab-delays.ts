import type { Page } from 'playwright-core';

/** Calls without which the page has no model and no text: they are never held. */
const ALWAYS = [
  'open',
  'models',
  'openModel',
  'runs',
  'openKept',
  'openSample',
  'facts',
  'tokens',
  'textStart',
];

/** Lets a test hold the engine's results: those of all calls from now on, but for the models and the text. */
export async function holdable(page: Page): Promise<void> {
  await page.addInitScript((always) => {
    const held: (() => void)[] = [];
    const late = new Set<unknown>();
    let isHolding = true;
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function (this: Worker, message: { id: unknown; name?: string }) {
      if (isHolding && message.name !== undefined && !always.includes(message.name)) late.add(message.id);
      postMessage.call(this, message);
    };
    const onmessage = Object.getOwnPropertyDescriptor(Worker.prototype, 'onmessage') as PropertyDescriptor;
    Object.defineProperty(Worker.prototype, 'onmessage', {
      set(this: Worker, receive: (event: MessageEvent) => void) {
        onmessage.set?.call(this, (event: MessageEvent) => {
          if (late.has(event.data.id)) held.push(() => receive(event));
          else receive(event);
        });
      },
    });
    Object.assign(window, {
      held,
      endHolding: () => (isHolding = false),
      release: () => held.splice(0).forEach((deliver) => deliver()),
    });
  }, ALWAYS);
}

interface Holding {
  readonly held: readonly unknown[];
  endHolding(): void;
  release(): void;
}

/** Later calls get their results at once. */
export function endHolding(page: Page): Promise<void> {
  return page.evaluate(() => (window as unknown as Holding).endHolding());
}

/** Delivers what was held. Returns the number of results. */
export function release(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { held, release } = window as unknown as Holding;
    const { length } = held;
    release();
    return length;
  });
}
