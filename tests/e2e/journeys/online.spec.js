// Each form with a network: filled in, checked, saved, delivered, and what happens next is on the screen.
import { expect, expectAllSent, expectArrived, test } from '../harness/index.js';
import { confirmed, forms, openHome, submit } from '../harness/forms.js';

for (const kind of Object.keys(forms)) {
  test(`${kind}: from the first page to the office`, async ({ device, network, office }) => {
    const { page } = device;
    await openHome(device, network.url);
    await submit(page, kind);
    await expect(page.getByText('回执号', { exact: true })).toBeVisible();
    await expect(page.getByRole('heading', { name: '接下来会怎样' })).toBeVisible();
    await expectArrived(office, [kind]);
    await expect(page.getByText(/社区已收到|报名成功|候补第/).first()).toBeVisible();
    await expectAllSent(page);
  });
}

test('a receipt number tells what became of it', async ({ device, network, office }) => {
  const { page } = device;
  await openHome(device, network.url);
  await submit(page, 'report');
  await expectArrived(office, ['report']);
  const number = await page.getByText(/^\w{4} \w{4} \w{4}$/).innerText();
  await page.getByRole('link', { name: '回到首页' }).click();
  await page.getByRole('link', { name: '用回执号查进展' }).click();
  await page.getByRole('textbox', { name: '回执号' }).fill(number.toLowerCase().replaceAll(' ', ''));
  await page.getByRole('button', { name: '查询' }).click();
  await expect(page.getByRole('status').filter({ hasText: '社区收到' })).toBeVisible();
});

test('a double tap and the back button send once', async ({ device, network, office }) => {
  const { page } = device;
  await openHome(device, network.url);
  await forms.report.enter(page);
  await forms.report.fill(page);
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByRole('button', { name: '确认提交' }).dblclick();
  await expect(confirmed(page)).toBeVisible();
  await expectArrived(office, ['report']);
  await page.goBack();
  await page.goForward();
  await expectArrived(office, ['report']);
});

test('a draft is still there after the browser was closed', async ({ device, network }) => {
  await openHome(device, network.url);
  await forms.report.enter(device.page);
  await forms.report.fill(device.page);
  await goOnAndComeBack(device.page);
  await device.close();
  await device.open();
  await openHome(device, network.url);
  await forms.report.enter(device.page);
  await expect(device.page.getByRole('textbox', { name: '是什么情况？' })).toHaveValue('路灯不亮，晚上看不见台阶');
});

/** The draft is saved at once when a step is left. */
async function goOnAndComeBack(page) {
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByRole('link', { name: '修改 是什么情况？' }).click();
  await expect(page.getByRole('textbox', { name: '是什么情况？' })).toBeFocused();
}
