// Staff sign in and see what residents sent.
import { expect, expectArrived, faults, test } from '../harness/index.js';
import { signIn } from '../harness/desk.js';
import { openHome, submit } from '../harness/forms.js';

test('what a resident sent is the first line at the desk', async ({ device, network, office }) => {
  const { page } = device;
  await openHome(device, network.url);
  await submit(page, 'report');
  await expectArrived(office, ['report']);

  await signIn(page, network.url);
  await expect(page.getByRole('heading', { name: '收到的表单' })).toBeVisible();
  await page.getByRole('row').nth(1).getByRole('link').click();
  await expect(page.getByText('路灯不亮，晚上看不见台阶')).toBeVisible();
  await expect(page.getByText('北门外第二盏路灯')).toBeVisible();

  await page.getByRole('button', { name: '退出登录' }).click();
  await expect(page.getByRole('heading', { name: '工作人员登录' })).toBeVisible();
});

test('a wrong password opens nothing', async ({ device, network }) => {
  await signIn(device.page, network.url, 'wrong');
  await expect(device.page.getByRole('alert')).toContainText('账号或密码不对');
});

test('who could not sign out is told so, and a server that says nothing signs nobody out', async ({ device, network }) => {
  const { page } = device;
  const isSession = ({ method, url }) => url === '/api/v1/session' && method === 'DELETE';
  const isMe = ({ url }) => url === '/api/v1/me';
  await signIn(page, network.url);
  await expect(page.getByRole('heading', { name: '收到的表单' })).toBeVisible();
  network.arm(isSession, faults.answer(502));
  await page.getByRole('button', { name: '退出登录' }).click();
  await expect(page.getByRole('alert')).toContainText('没有退出成功');
  await expect(page.getByRole('heading', { name: '收到的表单' })).toBeVisible();

  network.arm(isMe, faults.answer(502));
  await page.reload();
  await expect(page.getByText('连不上服务器')).toBeVisible();
  await page.getByRole('button', { name: '再试一次' }).click();
  await expect(page.getByRole('heading', { name: '收到的表单' })).toBeVisible();
  await page.getByRole('button', { name: '退出登录' }).click();
  await expect(page.getByRole('heading', { name: '工作人员登录' })).toBeVisible();
});

test('residents download no desk code', async ({ device, network }) => {
  const loaded = [];
  device.page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await openHome(device, network.url);
  await submit(device.page, 'report');
  expect(loaded.filter((path) => path.startsWith('/desk'))).toEqual([]);
});
