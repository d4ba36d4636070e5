// Pictures of all views of the lab at two sizes, light and dark, in both languages: npm run lab:screenshots -- [FOLDER]
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const folder = process.argv[2] ?? 'build/lab-screenshots';
const views = ['text', 'train', 'unrolled', 'time', 'write', 'read', 'words', 'chapter'];
const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const looks = ['en', 'ko'].flatMap((lang) => ['light', 'dark'].map((theme) => ({ lang, theme })));
const settings = 'sample=udhr-ko.txt&tokens=char&hidden=64&layers=1&epochs=6&batch=8&time=20';
/** Views compute after they are shown. */
const SETTLED_MS = 1500;
/** A limit for what hangs: the short runs take longer on a busy machine. */
const LIMIT_MS = 300_000;

const lab = spawn(process.execPath, ['dist/cli/main.js', 'lab', '--port', '0', '--json']);
const origin = await new Promise((resolve) =>
  lab.stdout.once('data', (line) => resolve(JSON.parse(String(line)).url)),
);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  mkdirSync(folder, { recursive: true });
  const page = await browser.newPage({ viewport: sizes[0] });
  page.setDefaultTimeout(LIMIT_MS);
  await train(page);
  for (const look of looks) {
    for (const view of views) {
      for (const size of sizes) {
        await page.setViewportSize(size);
        await page.goto(`${origin}/?${settings}&model=first&view=${view}&${new URLSearchParams(look)}`);
        await page.locator('.model-choice[aria-busy=false]').waitFor();
        await page.waitForTimeout(SETTLED_MS);
        const path = join(folder, `${view}-${size.width}-${look.theme}-${look.lang}.png`);
        await page.screenshot({ path, fullPage: size.width < 800 });
        await warnOfOverflow(page, path);
      }
    }
  }
} finally {
  await browser.close();
  lab.kill('SIGINT');
}

/** Two short runs, so that the view Train has something to show. */
async function train(page) {
  for (const [i, cell] of ['lstm', 'gru'].entries()) {
    await page.goto(`${origin}/?view=train&lang=en&cell=${cell}&${settings}`);
    await page.locator('button.main:enabled').click();
    await page.locator('.status', { hasText: `run-${i + 1} · done` }).waitFor();
  }
}

async function warnOfOverflow(page, path) {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wider > 0) console.warn(`${path}: the page is ${wider} px wider than the window`);
}
