// No network: every form is saved on the device, survives closing the browser, opens again without a network, and arrives
// exactly once when the network is back.
import { expect, expectAllSent, expectArrived, isWrite, test, faults } from '../harness/index.js';
import { forms, openHome, readyForOffline, submit } from '../harness/forms.js';

async function goOffline(device, network) {
  await device.setOffline(true);
  await network.down();
}

async function comeBack(device, network) {
  await network.up();
  await device.setOffline(false);
}

for (const kind of Object.keys(forms)) {
  test(`${kind}: offline, closed, opened offline, online`, async ({ device, network, office }) => {
    await openHome(device, network.url);
    await readyForOffline(device.page);
    await goOffline(device, network);
    await submit(device.page, kind);
    await expect(device.page.getByText('还没有送到社区')).toBeVisible();

    await device.close();
    await device.open();
    await openHome(device, network.url);
    await device.page.getByRole('link', { name: '离线，已保存' }).click();
    await expect(device.page.getByText('待发送').last()).toBeVisible();
    expect(await office.rows()).toHaveLength(0);

    await comeBack(device, network);
    await expectArrived(office, [kind]);
    await expectAllSent(device.page);
  });
}

test('all three wait together and arrive together, once each', async ({ device, network, office }) => {
  const { page } = device;
  await openHome(device, network.url);
  await readyForOffline(page);
  await goOffline(device, network);
  for (const kind of Object.keys(forms)) {
    await submit(page, kind);
    await page.getByRole('link', { name: '回到首页' }).click();
  }
  network.arm(isWrite, faults.replyLost);
  await comeBack(device, network);
  await expectArrived(office, Object.keys(forms));
  // Every try without a network made the next pause longer; whoever opens the page again does not wait for it.
  await openHome(device, network.url);
  await expectAllSent(page);
});

test('two tabs send once', async ({ device, network, office }) => {
  await openHome(device, network.url);
  await readyForOffline(device.page);
  await goOffline(device, network);
  await submit(device.page, 'report');
  const other = await device.newTab();
  await other.goto(network.url);
  await expect(other.getByRole('link', { name: '离线，已保存' })).toBeVisible();
  await comeBack(device, network);
  await expectArrived(office, ['report']);
  await expectAllSent(other);
});
