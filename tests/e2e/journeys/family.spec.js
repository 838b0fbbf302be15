// One account acts for parents and children: added once, offered in every form, also without a network; what is agreed to is
// asked once for each and can be taken back; cards; and everything goes with the account.
import { Device, expect, expectAccessible, expectAllSent, expectArrived, picture, test } from '../harness/index.js';
import { HOUSEHOLD_CODE, RESIDENT, heading, openAccount, openMine, signIn } from '../harness/account.js';
import { signIn as deskSignIn } from '../harness/desk.js';
import { forms, goOn, openHome, readyForOffline, send, submit } from '../harness/forms.js';

const WANG = { code: HOUSEHOLD_CODE, name: '王芳', phone: '13800138000', pin: '482913' };
const MOTHER = '王秀兰';
const consentPage = (page) => heading(page, '打卡之前，请先看看');
const text = (page, name) => page.getByRole('textbox', { name, exact: true });

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

async function addMember(page, url, { name, relation, born }) {
  await page.goto(`${url}/account`);
  await page.getByRole('link', { name: '家人', exact: true }).click();
  await page.getByRole('link', { name: '添加家人' }).click();
  await text(page, '姓名').fill(name);
  await page.getByRole('radio', { name: relation, exact: true }).check();
  if (born) {
    await page.getByRole('checkbox', { name: '是不满 14 岁的孩子' }).check();
    await page.getByLabel('出生日期').fill(born);
  }
  await page.getByRole('button', { name: '保存' }).click();
  await expect(heading(page, '家人')).toBeVisible();
  await expect(page.getByRole('link', { name, exact: true })).toBeVisible();
}

async function openCheckIn(page) {
  await page.getByRole('link', { name: '健康打卡', exact: true }).click();
}

/** Measures for whoever is chosen; stops before the answers are checked. */
async function measure(page, name, systolic) {
  await text(page, '高压').fill(systolic);
  await text(page, '低压').fill('82');
  if (name) await page.getByRole('radio', { name, exact: true }).check();
  await page.getByRole('button', { name: '下一步' }).click();
}

withSecond('an account acts for a parent, and a second device sees for whom', async ({ device, second, network, office }) => {
  const { page } = device;
  await openHome(device, network.url);
  await submit(page, 'report');
  const receipt = await page.locator('.receipt-card__number').innerText();
  await openAccount(page, network.url, WANG);
  await expect(heading(page, '我的账户')).toBeVisible();
  await addMember(page, network.url, { name: MOTHER, relation: '父母' });
  await expectAccessible(page, 'the family');
  await picture(page, 'family');

  // Consent is asked for each once: first for oneself, then for the mother when she is chosen.
  await openHome(device, network.url);
  await openCheckIn(page);
  await expect(consentPage(page)).toBeFocused();
  await expect(page.getByText('王芳的健康数据')).toBeVisible();
  await expectAccessible(page, 'what is agreed to');
  await picture(page, 'consent');
  await page.getByRole('button', { name: '我同意，去打卡' }).click();
  await expect(page.getByRole('radio', { name: '王芳', exact: true })).toBeChecked();
  await expect(text(page, '姓名'), 'nothing is asked that is known').toHaveCount(0);
  await picture(page, 'check-in-whom');
  await measure(page, MOTHER, '151');
  await expect(page.getByText(`${MOTHER}的健康数据`)).toBeVisible();
  await page.getByRole('button', { name: '我同意，去打卡' }).click();
  await expect(heading(page, '请核对一遍')).toBeFocused();
  await expect(page.locator('.answers')).toContainText(`${MOTHER} ${WANG.phone}`);
  await send(page);
  await expectArrived(office, ['check_in', 'report']);
  await expectAllSent(page);

  // Neither is asked again, nor does it need the network.
  await openHome(device, network.url);
  await readyForOffline(page);
  await device.setOffline(true);
  await network.down();
  await page.reload();
  await openCheckIn(page);
  await expect(heading(page, '今天的血压是多少？')).toBeVisible();
  await measure(page, MOTHER, '149');
  await expect(heading(page, '请核对一遍')).toBeVisible();
  await send(page);
  await network.up();
  await device.setOffline(false);
  await expectArrived(office, ['check_in', 'check_in', 'report']);
  await expectAllSent(page);

  await openHome(device, network.url);
  await forms.sign_up.enter(page);
  await page.getByRole('radio', { name: MOTHER, exact: true }).check();
  await expect(text(page, '姓名')).toHaveValue(WANG.name);
  await expect(text(page, '邻居的姓名')).toHaveCount(0);
  const sessions = page.getByRole('group', { name: '您来哪一场？' }).getByRole('radio');
  if (await sessions.count()) await sessions.first().check();
  await goOn(page);
  await expect(page.locator('.answers')).toContainText(MOTHER);
  await send(page);
  await expectArrived(office, ['check_in', 'check_in', 'report', 'sign_up']);
  const bodies = (await office.rows()).map((row) => row.body);
  expect(bodies.filter((body) => (body.on_behalf_of?.name ?? body.person?.name) === MOTHER)).toHaveLength(3);

  await page.goto(`${network.url}/receipts`);
  await page.getByRole('textbox', { name: '回执号' }).fill(receipt);
  await page.getByRole('button', { name: '查询' }).click();
  await page.getByRole('button', { name: '归到我的账户' }).click();
  await expect(page.getByText('已归到您的账户')).toBeVisible();

  await signIn(second.page, network.url, WANG);
  const rows = await openMine(second.page, network.url);
  await expect(rows).toHaveCount(4);
  await expect(rows.filter({ hasText: `给${MOTHER}` })).toHaveCount(3);

  await page.goto(`${network.url}/account`);
  await page.getByRole('button', { name: '删除账户' }).click();
  await page.getByRole('button', { name: '删除', exact: true }).click();
  await page.getByLabel('请再输一次 6 位数字密码').fill(WANG.pin);
  await page.getByRole('button', { name: '删除，找不回来' }).click();
  await expect(heading(page, '登录我的账户')).toBeVisible();
  expect(await office.rows()).toEqual([]);
  await openHome(device, network.url);
  await openCheckIn(page);
  await page.getByRole('button', { name: '我同意，去打卡' }).click();
  await expect(page.getByText(MOTHER), 'nobody is known any more').toHaveCount(0);
});

test('consent is taken back in my data, and asked for again', async ({ device, network, office }) => {
  const { page } = device;
  await signIn(page, network.url);
  await openHome(device, network.url);
  await openCheckIn(page);
  await page.getByRole('button', { name: '我同意，去打卡' }).click();
  await measure(page, '', '128');
  await send(page);
  await expectArrived(office, ['check_in']);
  await expectAllSent(page);

  await page.goto(`${network.url}/account`);
  await page.getByRole('link', { name: '我的资料' }).click();
  await expect(page.getByText('已同意')).toBeVisible();
  await picture(page, 'own-data');
  await page.getByRole('button', { name: '撤回同意' }).click();
  await expectAccessible(page, 'the question before consent is taken back');
  await page.getByRole('button', { name: '撤回同意' }).last().click();
  await expect(page.getByText('已撤回')).toBeVisible();

  await openHome(device, network.url);
  await openCheckIn(page);
  await expect(consentPage(page)).toBeVisible();
  await page.getByRole('button', { name: '我同意，去打卡' }).click();
  await measure(page, '', '127');
  await send(page);
  await expectArrived(office, ['check_in', 'check_in']);
});

test('for a child the guardian agrees', async ({ device, network, office }) => {
  const { page } = device;
  await signIn(page, network.url);
  await addMember(page, network.url, { name: '陈小宝', relation: '孙辈', born: `${new Date().getFullYear() - 6}-05-01` });
  await openHome(device, network.url);
  await openCheckIn(page);
  await page.getByRole('button', { name: '我同意，去打卡' }).click();
  await measure(page, '陈小宝', '100');
  await page.getByRole('button', { name: '我是监护人，我同意' }).click();
  await send(page);
  await expectArrived(office, ['check_in']);
  expect((await office.rows())[0].body.person.name).toBe('陈小宝');
});

test('one puts name, telephone and PIN right', async ({ device, network }) => {
  const { page } = device;
  await signIn(page, network.url);
  await page.getByRole('link', { name: '我的资料' }).click();
  await text(page, '电话').fill('13800138111');
  await page.getByLabel('请输 6 位数字密码，确认是您本人').fill('246813');
  await page.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('电话或密码不对')).toBeVisible();
  await expect(text(page, '电话'), 'nothing that was typed is lost').toHaveValue('13800138111');
  await page.getByLabel('请输 6 位数字密码，确认是您本人').fill(RESIDENT.pin);
  await page.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('已改好')).toBeVisible();
  await expectAccessible(page, 'my data');
  await page.getByText('改密码').first().click();
  await page.getByLabel('现在的密码').fill(RESIDENT.pin);
  await page.getByLabel('新的密码').fill('482913');
  await page.getByRole('button', { name: '改密码' }).click();
  await expect(page.getByText('密码改好了', { exact: false })).toBeVisible();
  await page.goto(`${network.url}/account`);
  await page.getByRole('button', { name: '退出登录' }).click();
  await expect(heading(page, '登录我的账户')).toBeVisible();
  await signIn(page, network.url, { phone: '13800138111', pin: '482913' });
});

withSecond('a card stands for its holder on the tablet, and staff look it up', async ({ device, second, network, office }) => {
  const { page } = device;
  await signIn(page, network.url);
  await page.getByRole('link', { name: '家人', exact: true }).click();
  await page.getByRole('link', { name: /的邻里卡$/ }).first().click();
  await page.getByRole('button', { name: '办一张卡' }).click();
  const number = await page.locator('.receipt-card__number').innerText();
  await expect(page.getByRole('img', { name: /的邻里卡$/ })).toBeVisible();
  await expectAccessible(page, 'a card');
  await picture(page, 'card');

  await second.page.goto(`${network.url}/kiosk`);
  await readyForOffline(second.page);
  await openCheckIn(second.page);
  await second.page.getByRole('button', { name: '我同意，去打卡' }).click();
  await second.page.getByRole('radio', { name: '用邻里卡' }).check();
  await text(second.page, '卡号').fill('0000000'.replace(/.$/, '1'));
  await measure(second.page, '', '131');
  await expect(second.page.getByText('有一个数字对不上', { exact: false }).first()).toBeVisible();
  await picture(second.page, 'kiosk-card');
  await text(second.page, '卡号').fill(number);
  await second.page.getByRole('button', { name: '下一步' }).click();
  await send(second.page);
  await expectArrived(office, ['check_in']);
  await expect(second.page.getByText('陈'), 'the tablet learns nothing').toHaveCount(0);
  await expect(await openMine(page, network.url)).toHaveCount(4);

  await deskSignIn(page, network.url);
  await page.getByRole('link', { name: '查邻里卡' }).click();
  await text(page, '卡号').fill(number);
  await page.getByRole('button', { name: '查询' }).click();
  await expect(page.getByText(RESIDENT.phone)).toBeVisible();
  await expectAccessible(page, 'whose card it is');
  await picture(page, 'desk-card');
  await page.goto(`${network.url}/desk/audit`);
  await expect(page.getByRole('row').filter({ hasText: '查邻里卡' }).first()).toBeVisible();
});
