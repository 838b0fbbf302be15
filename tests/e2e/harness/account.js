// How residents open an account and sign in to it.
import { expect } from '@playwright/test';

/** The demo's own resident, and a code for one more account. */
export const RESIDENT = { phone: '13800000001', pin: '135790' };
export const HOUSEHOLD_CODE = 'DEM0 0000 001D';

const text = (page, name) => page.getByRole('textbox', { name, exact: true });

export const heading = (page, name) => page.getByRole('heading', { name, exact: true });

/** Types telephone number and PIN; whether they fit shows. */
export async function trySignIn(page, url, { phone, pin }) {
  await page.goto(`${url}/account`);
  await text(page, '电话').fill(phone);
  await page.getByLabel('6 位数字密码').fill(pin);
  await page.getByRole('button', { name: '登录' }).click();
}

export async function signIn(page, url, resident = RESIDENT) {
  await trySignIn(page, url, resident);
  await expect(heading(page, '我的账户')).toBeFocused();
}

export async function openAccount(page, url, { code, name, phone, pin }) {
  await page.goto(`${url}/account`);
  await page.getByRole('link', { name: '还没有账户？用住户码开账户' }).click();
  await text(page, '住户码').fill(code);
  await text(page, '姓名').fill(name);
  await text(page, '电话').fill(phone);
  await page.getByLabel('6 位数字密码').fill(pin);
  await page.getByRole('button', { name: '开账户' }).click();
}

/** The list of what was submitted. */
export async function openMine(page, url) {
  await page.goto(`${url}/mine`);
  await expect(heading(page, '我提交过的')).toBeVisible();
  return page.locator('.row');
}
