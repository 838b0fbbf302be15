// A resident's account: opened with a household code, the same records on every device, a guest's report taken in, a copy to
// keep, and the end of it all.
import { readFile } from 'node:fs/promises';
import { Device, expect, expectAccessible, expectAllSent, expectArrived, test } from '../harness/index.js';
import { HOUSEHOLD_CODE, RESIDENT, heading, openAccount, openMine, signIn, trySignIn } from '../harness/account.js';
import { signIn as deskSignIn } from '../harness/desk.js';
import { openHome, submit } from '../harness/forms.js';

const WANG = { code: HOUSEHOLD_CODE, name: '王芳', phone: '13800138000', pin: '482913' };

/** With a second device of the same person. */
const withSecond = test.extend({
  second: async ({}, use, info) => {
    const device = new Device(info.outputPath('second'));
    await device.open();
    await use(device);
    await device.close();
    expect(device.problems, 'errors and policy violations in the browser').toEqual([]);
  },
});

withSecond('an account is opened with a household code, and its records are on a second device', async ({ device, second, network, office }) => {
  const { page } = device;
  await openAccount(page, network.url, { ...WANG, pin: '123456' });
  await expect(page.getByText('这样的密码太容易猜到，请换一个。')).toBeVisible();
  await page.getByLabel('6 位数字密码').fill(WANG.pin);
  await page.getByRole('button', { name: '开账户' }).click();
  await expect(heading(page, '我的账户')).toBeVisible();
  await expect(page.getByText(WANG.phone)).toBeVisible();
  await expectAccessible(page, 'my account');

  await openHome(device, network.url);
  await submit(page, 'report');
  await expectArrived(office, ['report']);
  await expectAllSent(page);
  await expect(await openMine(page, network.url)).toHaveCount(1);

  await signIn(second.page, network.url, WANG);
  await second.page.getByRole('link', { name: '看我提交过的' }).click();
  await expect(second.page.locator('.row')).toHaveCount(1);
  await second.page.locator('.row__link').click();
  await expect(second.page.getByText('北门外第二盏路灯')).toBeVisible();
  // Also when the page is opened anew.
  await second.page.reload();
  await expect(second.page.getByText('北门外第二盏路灯')).toBeVisible();

  await second.page.goto(`${network.url}/account`);
  await second.page.getByRole('button', { name: '退出登录' }).click();
  await expect(heading(second.page, '登录我的账户')).toBeFocused();
  await openMine(second.page, network.url);
  await expect(second.page.getByText('还没有提交过')).toBeVisible();
  // A code opens one account.
  await openAccount(second.page, network.url, { ...WANG, phone: '13800138001' });
  await expect(second.page.getByText('这个住户码开不了户', { exact: false })).toBeVisible();
});

test('the demo resident has records, and a copy of everything to keep', async ({ device, network }) => {
  const { page } = device;
  await trySignIn(page, network.url, { ...RESIDENT, pin: '246813' });
  await expect(page.getByRole('alert')).toContainText('电话或密码不对');
  await signIn(page, network.url);
  await page.getByText('存一份我的资料').click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: '存成网页，打开就能看' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('linli.html');
  const copy = await readFile(await download.path(), 'utf8');
  expect(copy).toContain('<html lang="zh-Hans">');
  expect(copy).toContain('早上量的，吃药前。');
  await expect(await openMine(page, network.url)).toHaveCount(3);
});

test('secrets are hidden while they are typed, can be pasted, and password managers know what they are', async ({ device, network }) => {
  const { page } = device;
  await device.allow(['clipboard-read', 'clipboard-write'], network.url);
  for (const [path, id, kind] of [
    ['/account', 'pin', 'current-password'],
    ['/account/open', 'pin', 'new-password'],
    ['/desk/', 'password', 'current-password'],
  ]) {
    await page.goto(network.url + path);
    const field = page.locator(`#${id}`);
    await expect(field).toHaveAttribute('type', 'password');
    await expect(field).toHaveAttribute('autocomplete', kind);
    await page.evaluate(() => navigator.clipboard.writeText('482913'));
    await field.focus();
    await page.keyboard.press('Control+V');
    await expect(field).toHaveValue('482913');
  }
});

withSecond('a guest’s report is taken into the account by its receipt number', async ({ device, second, network, office }) => {
  await openHome(device, network.url);
  await submit(device.page, 'report');
  const receipt = await device.page.locator('.receipt-card__number').innerText();
  await expectArrived(office, ['report']);
  await expectAllSent(device.page);

  const { page } = second;
  await signIn(page, network.url);
  await page.goto(`${network.url}/receipts`);
  await page.getByRole('textbox', { name: '回执号' }).fill(receipt);
  await page.getByRole('button', { name: '查询' }).click();
  await page.getByRole('button', { name: '归到我的账户' }).click();
  await expect(page.getByText('已归到您的账户')).toBeVisible();
  await expectAccessible(page, 'a report taken into the account');
  const rows = await openMine(page, network.url);
  await expect(rows).toHaveCount(4);
  await rows.first().getByRole('link').click();
  await expect(page.getByText('路灯不亮，晚上看不见台阶')).toBeVisible();
});

test('everything is deleted: at the community and on the device', async ({ device, network, office }) => {
  const { page } = device;
  await signIn(page, network.url);
  await openHome(device, network.url);
  await submit(page, 'check_in');
  await expectArrived(office, ['check_in']);
  await expectAllSent(page);

  await page.goto(`${network.url}/account`);
  await page.getByRole('button', { name: '删除账户' }).click();
  await expect(page.getByRole('group', { name: '真的要删除账户吗？' })).toBeFocused();
  await expectAccessible(page, 'the question before an account is deleted');
  await page.getByRole('button', { name: '删除', exact: true }).click();
  await page.getByLabel('请再输一次 6 位数字密码').fill('246813');
  await page.getByRole('button', { name: '删除，找不回来' }).click();
  await expect(page.locator('form').getByRole('alert')).toContainText('电话或密码不对');
  await page.getByLabel('请再输一次 6 位数字密码').fill(RESIDENT.pin);
  await page.getByRole('button', { name: '删除，找不回来' }).click();
  await expect(heading(page, '登录我的账户')).toBeVisible();

  expect(await office.rows()).toEqual([]);
  await openMine(page, network.url);
  await expect(page.getByText('还没有提交过')).toBeVisible();
  await trySignIn(page, network.url, RESIDENT);
  await expect(page.getByRole('alert')).toContainText('电话或密码不对');
});

withSecond('the office prints a code for a household, and it opens their account', async ({ device, second, network }) => {
  const { page } = device;
  await deskSignIn(page, network.url);
  await page.getByRole('link', { name: '住户码' }).click();
  await page.getByRole('textbox', { name: '给哪些住户' }).fill('3 栋 2 单元 501\n3 栋 2 单元 502');
  await page.getByRole('button', { name: '按上面写的生成' }).click();
  const code = await page.getByRole('listitem').filter({ hasText: '3 栋 2 单元 502' }).locator('.strip__code').innerText();
  await expectAccessible(page, 'household codes to print');

  await openAccount(second.page, network.url, { ...WANG, code });
  await expect(heading(second.page, '我的账户')).toBeVisible();
  await expect(second.page.getByText('3 栋 2 单元 502')).toBeVisible();

  await page.goto(`${network.url}/desk/audit`);
  await expect(page.getByRole('row').filter({ hasText: '开账户' }).first()).toBeVisible();
  await expect(page.getByText(WANG.phone)).toHaveCount(0);
  await expectAccessible(page, 'the audit log');
});

test('nobody signs in on a shared tablet', async ({ device, network }) => {
  const { page } = device;
  await page.goto(`${network.url}/kiosk`);
  await expect(page.locator('html')).toHaveAttribute('data-kiosk', '');
  await page.goto(`${network.url}/account`);
  await expect(page.getByText('公用设备上不能登录')).toBeVisible();
  await expect(page.getByRole('textbox')).toHaveCount(0);
  await openMine(page, network.url);
  await expect(page.getByRole('link', { name: '我的账户' })).toHaveCount(0);
});
