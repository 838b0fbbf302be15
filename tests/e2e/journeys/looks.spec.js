// The other looks of every state: large mode is checked each time, and all of them are pictured when the documents want new
// pictures (`cargo xtask pictures`).
import { expectAccessible, picture, test } from '../harness/index.js';
import { look, walks } from '../harness/states.js';

const LOOKS = {
  large: { mode: 'large' },
  dark: { colorScheme: 'dark' },
  'zh-Hant': { language: 'zh-Hant' },
  en: { language: 'en' },
};
/** What is pictured in the looks that differ in colour or words only. */
const PICTURED = ['home', 'activities', 'activity', 'check-in', 'check-in-errors', 'check-in-done', 'report-check', 'outbox-waiting', 'mine', 'desk-list'];

for (const [name, { mode, language, colorScheme }] of Object.entries(LOOKS)) {
  for (const walk of Object.keys(walks)) {
    test(`${name}: ${walk}`, async ({ device, network }) => {
      test.skip(mode !== 'large' && !process.env.LINLI_PICTURES, 'only its pictures are wanted');
      const { page } = device;
      if (colorScheme) await page.emulateMedia({ colorScheme });
      await look(walk, { device, network, mode, language }, async (state) => {
        if (mode === 'large') await expectAccessible(page, state);
        if (mode === 'large' || PICTURED.includes(state)) await picture(page, `${state}-${name}`);
      });
    });
  }
}
