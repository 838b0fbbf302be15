// Every page in every state: nothing a tool can find is wrong with its accessibility, and a picture is taken of it when the
// documents want new ones (`cargo xtask pictures`).
import { PHONE, TABLET, expect, expectAccessible, expectArrived, faults, isPublic, picture, test } from '../harness/index.js';
import { signIn } from '../harness/desk.js';
import { forms, goOn, openHome, readyForOffline, send, submit } from '../harness/forms.js';

for (const windowSize of [PHONE, TABLET]) {
  test.describe(`${windowSize.width} wide`, () => {
    test.use({ windowSize });

    test('home, activities, notice', async ({ device, network }) => {
      const look = looker(device);
      const { page } = device;
      await openHome(device, network.url);
      await readyForOffline(page);
      await look('home');
      await page.getByRole('link', { name: '活动报名', exact: true }).click();
      await expect(page.getByRole('heading', { name: '近期活动' })).toBeVisible();
      await look('activities');
      await page.getByRole('textbox', { name: '找活动' }).or(page.getByRole('searchbox')).fill('没有这样的');
      await expect(page.getByText('没有找到这样的活动')).toBeVisible();
      await look('activities-none');
      await page.getByRole('searchbox').or(page.getByRole('textbox', { name: '找活动' })).fill('');
      await page.getByRole('listitem').filter({ hasText: /个名额/ }).first().getByRole('link').click();
      await expect(page.getByRole('link', { name: '报名', exact: true })).toBeVisible();
      await look('activity');
      await page.goto(`${network.url}/`);
      await page.locator('.notice-link__link').first().click();
      await expect(page.getByText('更新')).toBeVisible();
      await look('notice');
      await page.goto(`${network.url}/nowhere`);
      await expect(page.getByRole('heading', { name: '这一页找不到了' })).toBeVisible();
      await look('not-found');
    });

    for (const [kind, name] of [
      ['sign_up', 'sign-up'],
      ['check_in', 'check-in'],
      ['report', 'report'],
    ]) {
      test(`${name}: every step`, async ({ device, network, office }) => {
        const look = looker(device);
        const { page } = device;
        await openHome(device, network.url);
        await forms[kind].enter(page);
        await look(name);
        await page.getByRole('button', { name: '下一步' }).click();
        await expect(page.getByRole('alert')).toBeFocused();
        await look(`${name}-errors`);
        await forms[kind].fill(page);
        await goOn(page);
        await look(`${name}-check`);
        await send(page);
        await expectArrived(office, [kind]);
        await expect(page.getByText(/社区已收到|报名成功|候补第/).first()).toBeVisible();
        await look(`${name}-done`);
      });
    }

    test('check-in: an unusual reading and one to act on', async ({ device, network }) => {
      const look = looker(device);
      const { page } = device;
      await openHome(device, network.url);
      await forms.check_in.enter(page);
      await forms.check_in.fill(page);
      await page.getByText('脉搏、血糖、体温、血氧、体重').click();
      await page.getByRole('textbox', { name: '高压', exact: true }).fill('236');
      await page.getByRole('textbox', { name: '低压', exact: true }).fill('118');
      await page.getByRole('button', { name: '下一步' }).click();
      await expect(page.getByRole('heading', { name: '这个读数不常见，请再看一眼' })).toBeVisible();
      await look('check-in-unusual');
      await page.getByRole('button', { name: '没有看错，继续' }).click();
      await expect(page.getByText('这个读数要马上处理')).toBeVisible();
      await look('check-in-act');
    });

    test('report: danger', async ({ device, network }) => {
      const look = looker(device);
      await openHome(device, network.url);
      await forms.report.enter(device.page);
      await device.page.getByRole('checkbox', { name: '有人受伤，或者马上会有危险' }).check();
      await expect(device.page.getByText('请先打电话')).toBeVisible();
      await look('report-danger');
    });

    test('waiting on the device', async ({ device, network }) => {
      const look = looker(device);
      const { page } = device;
      await openHome(device, network.url);
      await readyForOffline(page);
      await device.setOffline(true);
      await network.down();
      await submit(page, 'check_in');
      await expect(page.getByText('还没有送到社区')).toBeVisible();
      await look('done-waiting');
      await page.getByRole('link', { name: '离线，已保存' }).click();
      await expect(page.getByRole('heading', { name: '待发送', level: 1 })).toBeVisible();
      await look('outbox');
      await page.goto(`${network.url}/mine`);
      await expect(page.getByRole('heading', { name: '我提交过的' })).toBeVisible();
      await expect(page.getByText('待发送')).toBeVisible();
      await look('mine');
      await page.goto(`${network.url}/receipts`);
      await page.getByRole('textbox', { name: '回执号' }).fill('123');
      await page.getByRole('button', { name: '查询' }).click();
      await look('receipts-error');
    });

    test('refused by the server', async ({ device, network }) => {
      const look = looker(device);
      const { page } = device;
      network.arm(isPublic, faults.altered((known) => {
        known.kinds.report.unshift({ id: 'dragons', name: '龙' });
        return known;
      }), Infinity);
      await openHome(device, network.url);
      await submit(page, 'report');
      await page.getByRole('link', { name: '看看是哪里不对' }).click();
      await expect(page.getByText('这一类现在没有了，请重新选。')).toBeVisible();
      await look('mine-item-refused');
      await page.getByRole('button', { name: '不要了' }).click();
      await expect(page.getByRole('heading', { name: '真的不要了吗？' })).toBeVisible();
      await look('mine-item-discard');
    });

    test('desk', async ({ device, network }) => {
      const look = looker(device);
      const { page } = device;
      await signIn(page, network.url, 'wrong');
      await expect(page.getByRole('alert')).toContainText('账号或密码不对');
      await look('desk-sign-in');
      await signIn(page, network.url);
      await expect(page.getByRole('heading', { name: '收到的表单' })).toBeVisible();
      await expect(page.getByRole('row').nth(1)).toBeVisible();
      await look('desk-list');
      await page.getByRole('row').nth(1).getByRole('link').click();
      await expect(page.getByText('编号')).toBeVisible();
      await look('desk-item');
    });
  });
}

/** Looks at a state with care. */
function looker(device) {
  return async (name) => {
    await expectAccessible(device.page, name);
    await picture(device.page, name);
  };
}
