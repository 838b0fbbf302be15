// The first page: the three things people come for.
import { expect, expectAccessible, test } from '../harness/index.js';

test('the three main actions are there, and nothing is in anybody’s way', async ({ device, network }) => {
  await device.page.goto(network.url);
  for (const name of ['活动报名', '健康打卡', '上报问题']) {
    await expect(device.page.getByRole('link', { name, exact: true })).toBeVisible();
  }
  await expectAccessible(device.page, 'home');
});
