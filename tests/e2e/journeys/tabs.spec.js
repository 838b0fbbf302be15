// Several windows of one device, fingers that tap twice, and people who go back: one submission, one row, and nobody's words
// vanish without being told.
import { expect, expectAllSent, expectArrived, isWrite, test } from '../harness/index.js';
import { confirmed, forms, goOn, openHome, readyForOffline, send, submit } from '../harness/forms.js';

const description = (page) => page.getByRole('textbox', { name: '是什么情况？' });
const saved = confirmed;

/** Two windows of one device with the same form, opened before anything was typed. */
async function twoWindows(device, network) {
  await openHome(device, network.url);
  const other = await device.newTab();
  await other.goto(network.url);
  await forms.report.enter(device.page);
  await forms.report.enter(other);
  return [device.page, other];
}

/** Holds the answer to the next write back until it is let go. */
function holdBack(network) {
  let letGo;
  const held = new Promise((go) => (letGo = go));
  const struck = network.arm(isWrite, async ({ response, forward }) => {
    const { status, headers, body } = await forward();
    await held;
    const { 'transfer-encoding': _, ...rest } = headers;
    response.writeHead(status, { ...rest, 'content-length': body.length }).end(body);
  });
  return { letGo, struck };
}

test('the same draft in two tabs, both submitted, is one row', async ({ device, network, office }) => {
  const [page, other] = await twoWindows(device, network);
  await forms.report.fill(page);
  // What is typed in one stands in the other.
  await expect(description(other)).toHaveValue('路灯不亮，晚上看不见台阶');
  await expect(other.getByRole('textbox', { name: '电话' })).toHaveValue('13800138000');
  await goOn(page);
  await goOn(other);
  // Whichever is faster takes the button away from the other.
  await Promise.all([page, other].map((tab) => tab.evaluate(() => document.querySelector('.actions .button--main').click())));
  for (const tab of [page, other]) await expect(saved(tab).or(tab.getByText('这份表已经在另一个窗口提交了')).first()).toBeVisible();
  await expectArrived(office, ['report']);
  await expectAllSent(page);
  await expectArrived(office, ['report']);
});

test('words replaced by another window are told and can be had back', async ({ device, network }) => {
  const [page, other] = await twoWindows(device, network);
  await description(page).fill('路灯不亮');
  await expect(description(other)).toHaveValue('路灯不亮');
  await description(other).fill('水管漏了');
  await expect(description(page)).toHaveValue('水管漏了');
  await expect(page.getByText('这份表在另一个窗口里改过')).toBeVisible();
  await page.getByRole('button', { name: '换回我填的' }).click();
  await expect(description(page)).toHaveValue('路灯不亮');
  await expect(description(other)).toHaveValue('路灯不亮');
  await expect(other.getByText('这份表在另一个窗口里改过')).toBeVisible();
});

test('a form submitted in one window is not submitted again in the other, and other words can begin a new one', async ({ device, network, office }) => {
  const [page, other] = await twoWindows(device, network);
  await forms.report.fill(page);
  await expect(other.getByRole('textbox', { name: '电话' })).toHaveValue('13800138000');
  await goOn(page);
  await send(page);
  await expect(other.getByText('这份表已经在另一个窗口提交了')).toBeVisible();
  await expect(other.getByText('您这里填的和那份不一样')).toHaveCount(0);
  await other.getByRole('link', { name: '看看提交的那份' }).click();
  await expect(saved(other)).toBeVisible();
  await expectArrived(office, ['report']);
});

test('a double tap is one row', async ({ device, network, office }) => {
  const { page } = device;
  await openHome(device, network.url);
  await forms.check_in.enter(page);
  await forms.check_in.fill(page);
  await goOn(page);
  await page.getByRole('button', { name: '确认提交' }).dblclick();
  await expect(saved(page)).toBeVisible();
  await expectArrived(office, ['check_in']);
  await expectAllSent(page);
  await expectArrived(office, ['check_in']);
});

test('back after sending does not bring the form back', async ({ device, network, office }) => {
  const { page } = device;
  await openHome(device, network.url);
  await submit(page, 'report');
  await expectArrived(office, ['report']);
  await page.goBack();
  await expect(description(page)).toHaveValue('');
  await expect(page.getByRole('button', { name: '确认提交' })).toHaveCount(0);
  await page.goForward();
  await expect(saved(page)).toBeVisible();
  await expectArrived(office, ['report']);
});

test('a reload while it is being sent is one row', async ({ device, network, office }) => {
  const { page } = device;
  await openHome(device, network.url);
  await readyForOffline(page);
  const { letGo } = holdBack(network);
  await submit(page, 'report');
  await expectArrived(office, ['report']);
  await page.reload();
  letGo();
  await expectAllSent(page);
  await expectArrived(office, ['report']);
});

test('every window shows what is being sent, and when it is sent', async ({ device, network, office }) => {
  const { page } = device;
  await openHome(device, network.url);
  await readyForOffline(page);
  const other = await device.newTab();
  await other.goto(`${network.url}/mine`);
  await expect(other.getByText('还没有提交过')).toBeVisible();
  const { letGo } = holdBack(network);
  await submit(page, 'report');
  await expect(other.getByRole('listitem').getByText('正在发送', { exact: true })).toBeVisible();
  await expect(other.getByRole('link', { name: '正在发送 1 份' })).toBeVisible();
  await other.getByRole('listitem').getByRole('link').click();
  await expect(other.getByRole('status').filter({ hasText: '正在发送' }).first()).toBeVisible();
  letGo();
  await expect(other.getByText('社区已收到')).toBeVisible();
  await expectAllSent(other);
  await expectArrived(office, ['report']);
});
