import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { z } from 'zod';

const AxeResults = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      help: z.string(),
      nodes: z.array(
        z.object({
          target: z.array(z.union([z.string(), z.array(z.string())])),
          failureSummary: z.string().optional(),
        }),
      ),
    }),
  ),
});

/** Both looks that a page has. */
export const COLOUR_SCHEMES = ['light', 'dark'] as const;

/** What axe-core finds against a page as it is now: a line each, with its rule, where it is, and why. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which no Content-Security-Policy stands in the way of.
  await page.evaluate(axe.source);
  const { violations } = AxeResults.parse(await page.evaluate('axe.run()'));
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id}: ${help}: ${target.join(' ')}: ${failureSummary}`),
  );
}

/** The same in light and in dark, each line with its look in front. */
export async function faultsInBothLooks(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const colorScheme of COLOUR_SCHEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    faults.push(...(await accessibilityFaults(page)).map((fault) => `${colorScheme}: ${fault}`));
  }
  return faults;
}
