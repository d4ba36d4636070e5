import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { en } from '../../lab/src/language/en.ts';
import { ko } from '../../lab/src/language/ko.ts';
import { describeLab, type Visit } from '../support/lab.ts';
import { sentences } from '../support/process.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

declare const axe: { run(context: Document, options: RunOptions): Promise<AxeResults> };

/** The serious and critical findings on what the page shows: rule, element, what is wrong. */
async function findings(page: Page): Promise<string[]> {
  const violations = await page.evaluate(async () => {
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      nodes: nodes.map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary}`),
    }));
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node}`));
}

async function trained(visit: Visit): Promise<void> {
  await visit.paste(sentences(60));
  await visit.train();
  await visit.status('done');
}

describeLab('accessibility', {}, (lab) => {
  test.each([
    { lang: 'en', theme: 'light', names: en.page.views },
    { lang: 'ko', theme: 'dark', names: ko.page.views },
  ])('no view has a serious finding in $lang, $theme', async ({ lang, theme, names }) => {
    const settings = 'tokens=word&hidden=12&wordvec=8&layers=1&batch=4&time=8&optimizer=sgd&lr=1&epochs=2';
    // Only the test's own script is outside of the policy.
    const visit = await lab.open(settings, { bypassCSP: true });
    await trained(visit);
    const address = new URL(visit.page.url());
    address.searchParams.set('lang', lang);
    address.searchParams.set('theme', theme);
    await visit.page.goto(address.href);
    await visit.page.addScriptTag({ path: axePath });
    for (const name of Object.values(names)) {
      const region = await visit.view(name);
      await visit.page.locator('.model-choice[aria-busy=false]').waitFor();
      await visit.page.locator('section.view[aria-busy=false]').waitFor();
      await region.locator('.stage > *').first().waitFor();
      expect(await findings(visit.page), name).toEqual([]);
    }
  });
});
