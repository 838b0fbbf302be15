// Every building block in every state: nothing a tool can find is wrong with its accessibility, in both sizes of type, by
// day and by night, on a phone and on a tablet; and what opens, closes and moves the focus does so.
import { test as base, chromium } from '@playwright/test';
import { PHONE, TABLET, expect, expectAccessible, picture } from '../harness/index.js';
import { launch, person } from '../harness/browser.js';
import { serveFolder } from '../harness/folder.js';
import { NORMS, measure, stickingOut } from '../harness/measure.js';

const FOLDER = process.env.LINLI_GALLERY;

const test = base.extend({
  gallery: async ({}, use) => {
    const gallery = await serveFolder(FOLDER);
    await use(`${gallery.url}/gallery/`);
    await gallery.close();
  },

  open: async ({ gallery }, use) => {
    const browser = await chromium.launch(launch);
    await use(async ({ mode = 'standard', colorScheme = 'light', viewport = PHONE } = {}) => {
      const context = await browser.newContext({ ...person, viewport, colorScheme });
      const page = await context.newPage();
      await page.goto(`${gallery}?mode=${mode}`);
      await expect(page.getByRole('heading', { name: 'chart/distribution' })).toBeVisible();
      return page;
    });
    await browser.close();
  },
});

test.skip(!FOLDER, 'the gallery is built by `cargo xtask test e2e` and named in LINLI_GALLERY');

test('three languages', async ({ open }) => {
  const page = await open();
  for (const [name, tag] of [['繁體中文', 'zh-Hant'], ['English', 'en']]) {
    await page.getByRole('button', { name }).click();
    await expect(page.locator('html')).toHaveAttribute('lang', tag);
    await expectAccessible(page, `the gallery, ${tag}`);
  }
});

for (const viewport of [PHONE, TABLET]) {
  for (const mode of ['standard', 'large']) {
    for (const colorScheme of ['light', 'dark']) {
      test(`${viewport.width} wide, ${mode}, ${colorScheme}`, async ({ open }) => {
        const page = await open({ mode, colorScheme, viewport });
        await expectAccessible(page, 'the gallery');
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wider, 'nothing is wider than the screen').toBeLessThanOrEqual(0);
        expect.soft(await page.evaluate(stickingOut)).toEqual([]);
        expect.soft(await page.evaluate(measure, NORMS[mode])).toEqual([]);
        // The error summary took the focus, and with it the page; the picture begins at the top.
        await page.evaluate(() => {
          document.activeElement.blur();
          scrollTo(0, 0);
        });
        await picture(page, `gallery-${mode}-${colorScheme}`, { fullPage: true });
      });
    }
  }
}

test('a dialog keeps the focus, closes with Escape or a button, and gives the focus back', async ({ open }) => {
  const page = await open();
  const opener = page.getByRole('button', { name: '不要了', exact: true }).last();
  const dialog = page.getByRole('dialog', { name: '真的不要了吗？' });
  for (const close of [() => page.keyboard.press('Escape'), () => dialog.getByRole('button', { name: '留着' }).click()]) {
    await opener.press('Enter');
    await expect(dialog).toBeVisible();
    await expect(page.getByRole('heading', { name: '真的不要了吗？' })).toBeFocused();
    await expectAccessible(page, 'dialog');
    await close();
    await expect(dialog).toBeHidden();
    await expect(opener).toBeFocused();
  }
});

test('a dialog that is opened again at once stays open', async ({ open }) => {
  const page = await open();
  const opener = page.getByRole('button', { name: '不要了', exact: true }).last();
  const dialog = page.getByRole('dialog', { name: '真的不要了吗？' });
  await opener.press('Enter');
  await expect(dialog).toBeVisible();
  // Within one task, so that the browser has not told of the closing yet.
  await dialog.evaluate((element) => {
    element.close();
    [...document.querySelectorAll('button')].findLast((button) => button.textContent.trim() === '不要了').click();
  });
  await page.evaluate(() => new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(told))));
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole('button', { name: '留着' })).toBeVisible();
});

test('a message stays while it is pointed at, and goes after the time it takes to read', async ({ open }) => {
  const page = await open();
  const words = page.getByRole('status').getByText('已保存在本机');
  const say = () => page.getByRole('button', { name: '现在发送' }).click();
  await say();
  await expectAccessible(page, 'toast');
  await page.getByRole('status').getByRole('button').click();
  await expect(words).toBeHidden();

  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
  await say();
  await page.clock.runFor(9_000);
  await expect(words).toBeVisible();
  await words.hover();
  await page.clock.runFor(30_000);
  await expect(words).toBeVisible();
  await page.mouse.move(0, 0);
  await page.clock.runFor(20_000);
  await expect(words).toBeHidden();
});

test('a table on a phone still is one for those who hear it', async ({ open }) => {
  const page = await open();
  const table = page.getByRole('table').first();
  await expect(table.getByRole('columnheader')).toHaveCount(3);
  await expect(table.getByRole('rowheader')).toHaveCount(3);
  await expect(table.getByRole('cell')).toHaveCount(6);
});

test('a day that is half typed is not wiped', async ({ open }) => {
  const page = await open();
  const day = page.locator('#date-filled');
  // The first part of a day is another one in each language of the browser; twelve is good for all of them.
  await day.focus();
  await page.keyboard.press('Backspace');
  await expect(day).toHaveValue('');
  await page.keyboard.type('12');
  await expect(day).not.toHaveValue('');
});
