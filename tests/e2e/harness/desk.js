// How staff sign in.
import { expect } from '@playwright/test';

export async function signIn(page, url, password = 'demo-linli-2026') {
  await page.goto(`${url}/desk/`);
  await expect(page.getByRole('heading', { name: '工作人员登录' })).toBeVisible();
  await page.getByRole('textbox', { name: '账号' }).fill('demo-admin');
  await page.getByLabel('密码').fill(password);
  await page.getByRole('button', { name: '登录' }).click();
}
