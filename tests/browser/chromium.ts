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

/** The system's Chromium, else the one of the package @sparticuz/chromium; else the reason why there is none. */
export async function openChromium(): Promise<Opened> {
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
