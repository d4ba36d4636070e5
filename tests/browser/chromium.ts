import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const DEBIAN = '/usr/bin/chromium';
const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

export type Opened =
  | { readonly browser: Browser; readonly reason: '' }
  | { readonly browser: null; readonly reason: string };

let opened: Promise<Opened> | undefined;

/**
 * The system's Chromium, else the one of the package @sparticuz/chromium; else the reason why there is none. Files of a worker
 * share it: it ends with the worker, and a file closes its pages by `closePages`.
 */
export function openChromium(): Promise<Opened> {
  opened ??= launch();
  return opened;
}

/** Closes all pages, each of which has storage and workers of its own. */
export async function closePages(): Promise<void> {
  const { browser } = await openChromium();
  for (const context of browser?.contexts() ?? []) await context.close();
}

async function launch(): Promise<Opened> {
  try {
    const executablePath = existsSync(DEBIAN) ? DEBIAN : await packaged();
    return { browser: await chromium.launch({ executablePath, args: FLAGS }), reason: '' };
  } catch (error) {
    const [reason] = String(error).split('\n');
    return { browser: null, reason: `no Chromium starts: ${reason}` };
  }
}

async function packaged(): Promise<string> {
  const { default: binary } = await import('@sparticuz/chromium');
  return binary.executablePath();
}
