// Pictures of pages for the documents, made by a journey so that they stay true.
import { fileURLToPath } from 'node:url';
import { PHONE, TABLET } from './browser.js';

const FOLDER = fileURLToPath(new URL('../../../docs/pictures/', import.meta.url));

/** Saves NAME-phone.png or NAME-tablet.png, whichever the window is; a test run leaves the documents alone. */
export async function picture(page, name, { fullPage = false } = {}) {
  if (!process.env.LINLI_PICTURES) return;
  const { width } = page.viewportSize();
  const device = { [PHONE.width]: 'phone', [TABLET.width]: 'tablet' }[width];
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${FOLDER}${name}-${device}.png`, fullPage, animations: 'disabled', caret: 'hide' });
}
