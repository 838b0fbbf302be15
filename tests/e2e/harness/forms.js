// How a person fills in the three forms: by the names on the screen, from the first page to the confirmation.
import { expect } from '@playwright/test';

export async function openHome(device, url) {
  await device.page.goto(url);
  await expect(device.page.getByRole('heading', { name: '今天想办什么？' })).toBeVisible();
  // The shell has links too; the chip says that the app itself is there.
  await expect(device.page.getByRole('status').first()).toBeVisible();
}

/**
 * Waits until the app would open without a network: its files, the words of its language and what the community published
 * are on the device.
 */
export async function readyForOffline(page) {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect(page.locator('.phone-link').first()).toBeVisible();
  await expect.poll(() => page.evaluate(isKept)).toBe(true);
}

/** In the page: whether what is shown could be shown again without a network. */
async function isKept() {
  const { lang } = document.documentElement;
  const words = lang === 'zh-Hans' ? null : document.querySelector(`meta[name="words-${lang}"]`).content;
  if (words !== null && !(await caches.match(words))) return false;
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('linli');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const reading = opening.result.transaction('cache').objectStore('cache').get('public');
      reading.onsuccess = () => resolve(reading.result !== undefined);
      reading.onerror = () => reject(reading.error);
      reading.transaction.oncomplete = () => opening.result.close();
    };
  });
}

const text = (page, name) => page.getByRole('textbox', { name, exact: true });

/** Whoever is signed in is known. */
async function person(page) {
  if (await page.locator('#person-id').isVisible()) return;
  await text(page, '姓名').fill('王芳');
  await text(page, '电话').fill('13800138000');
}

/** Agrees that health values are kept, where it is asked. */
export async function agree(page) {
  const asked = page.getByRole('heading', { name: '打卡之前，请先看看' });
  await expect(asked.or(page.getByRole('heading', { name: '今天的血压是多少？' }))).toBeVisible();
  if (await asked.isVisible()) await page.getByRole('button', { name: '我同意，去打卡' }).click();
}

export const forms = {
  report: {
    async enter(page) {
      await page.getByRole('link', { name: '上报问题', exact: true }).click();
      await expect(page.getByRole('heading', { name: '您想说什么事？' })).toBeVisible();
    },
    async fill(page) {
      await page.getByRole('group', { name: '是哪一类？' }).getByRole('radio').first().check();
      await text(page, '具体位置').fill('北门外第二盏路灯');
      await text(page, '是什么情况？').fill('路灯不亮，晚上看不见台阶');
      await person(page);
    },
  },
  check_in: {
    async enter(page) {
      await page.getByRole('link', { name: '健康打卡', exact: true }).click();
      await agree(page);
      await expect(page.getByRole('heading', { name: '今天的血压是多少？' })).toBeVisible();
    },
    async fill(page) {
      await text(page, '高压').fill('128');
      await text(page, '低压').fill('82');
      await page.getByRole('group', { name: '今天心情' }).getByRole('radio', { name: '好', exact: true }).check();
      await person(page);
    },
  },
  sign_up: {
    async enter(page) {
      await page.getByRole('link', { name: '活动报名', exact: true }).click();
      const open = page.getByRole('listitem').filter({ hasText: /个名额|可以报名/ });
      await open.last().getByRole('link').click();
      await page.getByRole('link', { name: '报名', exact: true }).click();
      await expect(page.getByRole('heading', { name: /^报名：/ })).toBeVisible();
    },
    async fill(page) {
      await person(page);
      await text(page, '一共几个人来？').fill('2');
      const sessions = page.getByRole('group', { name: '您来哪一场？' }).getByRole('radio');
      if (await sessions.count()) await sessions.first().check();
    },
  },
};

/** From the fields to the page that asks to check them. */
export async function goOn(page) {
  await page.getByRole('button', { name: '下一步' }).click();
  await expect(page.getByRole('heading', { name: '请核对一遍' })).toBeVisible();
}

/** The heading of a confirmation: saved here, and soon with the community. */
export const confirmed = (page) => page.getByRole('heading', { name: /^(已保存在本机|社区已收到|报名成功|候补)/, level: 1 });

/** From there to the confirmation. */
export async function send(page) {
  await page.getByRole('button', { name: '确认提交' }).click();
  await expect(confirmed(page)).toBeVisible();
}

/** A whole form, from the first page. */
export async function submit(page, kind) {
  await forms[kind].enter(page);
  await forms[kind].fill(page);
  await goOn(page);
  await send(page);
}
