import { existsSync } from 'node:fs';
import { type Browser, launch } from 'puppeteer-core';

const DEBIAN = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** The system's Firefox; null where there is none. */
export const firefoxPath: string | null = DEBIAN.find(existsSync) ?? null;

/** Starts Firefox, which puppeteer drives over WebDriver BiDi. Playwright would need a Firefox of its own. */
export function launchFirefox(preferences: Readonly<Record<string, boolean>> = {}): Promise<Browser> {
  if (firefoxPath === null) throw new Error(`no Firefox: ${DEBIAN.join(', ')} are missing`);
  return launch({
    browser: 'firefox',
    executablePath: firefoxPath,
    extraPrefsFirefox: preferences,
    timeout: 60_000,
  });
}
