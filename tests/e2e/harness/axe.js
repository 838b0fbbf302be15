// Nothing a tool can find is wrong with a page's accessibility.
import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';

export async function expectAccessible(page, state) {
  // No page has frames, for which axe would open a tab of its own each time.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const found = violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${violation.help}\n    ${node.target.join(' ')}\n    ${node.html}`),
  );
  expect(found, `${state}: accessibility\n${found.join('\n')}`).toEqual([]);
}
