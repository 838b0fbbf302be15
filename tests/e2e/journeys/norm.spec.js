// The norm with numbers (docs: WCAG 2.2 and 移动互联网应用适老化通用设计规范), measured on every state in both modes.
import { PHONE, TABLET, expect, test } from '../harness/index.js';
import { NORMS, atTheFocus, beforeTheFirst, measure, moving, stickingOut } from '../harness/measure.js';
import { look, walks } from '../harness/states.js';

/** A page of 1280 px at 400 %. */
const ZOOMED = { width: 320, height: 256 };
const WIDE = ['home', 'activity', 'check-in', 'check-in-1', 'report-check', 'desk-list', 'desk-sheets', 'kiosk-home', 'kiosk-report'];

for (const [mode, norm] of Object.entries(NORMS)) {
  for (const name of Object.keys(walks)) {
    test(`${mode}: ${name}`, async ({ device, network }) => {
      const { page } = device;
      const found = new Findings();
      // Nobody carries a tablet that hangs on a wall.
      const usual = name === 'kiosk' ? TABLET : PHONE;
      await page.setViewportSize(usual);
      await look(name, { device, network, mode }, async (state) => {
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme });
          found.add(state, colorScheme, await page.evaluate(measure, norm));
        }
        await page.emulateMedia({ colorScheme: 'light' });
        found.add(state, 'reduced motion', await page.evaluate(moving));
        found.add(state, 'Tab', await tabThrough(page, norm, true));
        await page.setViewportSize(TABLET);
        found.add(state, '1280 wide', await page.evaluate(stickingOut));
        if (WIDE.includes(state)) found.add(state, '1280 wide', await page.evaluate(measure, norm));
        await page.setViewportSize({ ...PHONE, width: ZOOMED.width });
        found.add(state, '320 wide', await page.evaluate(stickingOut));
        await page.evaluate(() => (document.documentElement.dataset.text = 'largest'));
        found.add(state, '320 wide, largest text', await page.evaluate(stickingOut));
        await page.setViewportSize(usual);
        found.add(state, 'largest text', await page.evaluate(stickingOut));
        found.add(state, 'largest text', await page.evaluate(measure, norm));
        found.add(state, 'Tab, largest text', await tabThrough(page, norm, false));
        await page.evaluate(() => delete document.documentElement.dataset.text);
        await page.setViewportSize(ZOOMED);
        found.add(state, 'Tab at 320 × 256', await tabThrough(page, norm, false));
        await page.setViewportSize(usual);
      });
      expect(found.sentences(), `\n${found.sentences().join('\n')}\n`).toEqual([]);
    });
  }
}

/** Presses Tab from the beginning of the page to its end. */
async function tabThrough(page, { edge }, whole) {
  const stops = await page.evaluate(beforeTheFirst);
  const failures = [];
  for (let stop = 0; stop < stops; stop += 1) {
    await page.keyboard.press('Tab');
    failures.push(...(await page.evaluate(atTheFocus, { stop, whole, edge })));
  }
  return failures;
}

/** The same finding on many elements and states is one finding, told by its first example. */
class Findings {
  #found = new Map();

  add(state, where, failures) {
    for (const { element, words, what, measured, wanted } of failures) {
      const key = `${where}: ${element}: ${what}`;
      const example = words ? ` “${words}”` : '';
      const found = this.#found.get(key) ?? { sentence: `${key} ${measured}${example}, wanted ${wanted}`, states: new Set() };
      found.states.add(state);
      this.#found.set(key, found);
    }
  }

  sentences() {
    return [...this.#found.values()].map(({ sentence, states }) => `${sentence} [${[...states].join(', ')}]`);
  }
}
