// The network is there and misbehaves: whatever it does, one submission becomes one row, and nothing is silent.
import { expect, expectAllSent, expectArrived, faults, isPublic, isWrite, test } from '../harness/index.js';
import { forms, goOn, openHome, readyForOffline, send, submit } from '../harness/forms.js';

const busy = (status, code) => faults.answer(
  status, { 'retry-after': '1', 'content-type': 'application/problem+json' }, JSON.stringify({ status, code, fields: [] }),
);
const isPacked = (request) => isWrite(request) && request.headers['content-encoding'] === 'gzip';

for (const [name, fault, times] of [
  ['the reply is lost after the server stored it', faults.replyLost, 1],
  ['the connection is cut', faults.cut, 2],
  ['the server is busy (503)', busy(503, 'unavailable'), 2],
  ['the server asks for patience (429)', busy(429, 'too_many_requests'), 2],
  ['the server breaks (500)', faults.answer(500), 1],
  ['a hotel network answers instead', faults.portal, 1],
]) {
  test(`${name}: it arrives once`, async ({ device, network, office }) => {
    await openHome(device, network.url);
    const struck = network.arm(isWrite, fault, times);
    await submit(device.page, 'report');
    await struck;
    await expectArrived(office, ['report']);
    await expectAllSent(device.page);
    expect(network.writes.length).toBeGreaterThan(times);
  });
}

test('patience that is asked for is kept, whoever asks', async ({ device, network, office }) => {
  const { page } = device;
  await page.clock.install();
  await openHome(device, network.url);
  // A proxy in front of the server knows nothing of our problem documents.
  const struck = network.arm(isWrite, faults.answer(503, { 'retry-after': '1800' }));
  await submit(page, 'report');
  await struck;
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await page.clock.fastForward('25:00');
  await page.evaluate(() => fetch('/healthz'));
  expect(network.writes).toHaveLength(1);
  await page.clock.fastForward('06:00');
  await expectArrived(office, ['report']);
});

for (const [name, refusal] of [
  ['says that it does not take it', faults.answer(415)],
  ['breaks on it', faults.cut],
]) {
  test(`much travels packed, and plain where somebody on the way ${name}`, async ({ device, network, office }) => {
    const { page } = device;
    await openHome(device, network.url);
    await readyForOffline(page);
    await network.down();
    for (let at = 0; at < 5; at += 1) {
      await openHome(device, network.url);
      await submit(page, 'report');
    }
    const struck = network.arm(isPacked, refusal);
    network.arm(isPacked, refusal, Infinity);
    await network.up();
    await struck;
    await expectArrived(office, Array(5).fill('report'));
    await openHome(device, network.url);
    await expectAllSent(page);
  });
}

test('the server is down for a while: it arrives when it is back', async ({ device, network, server, office }) => {
  await openHome(device, network.url);
  await readyForOffline(device.page);
  await server.stop();
  await submit(device.page, 'check_in');
  await expect(device.page.getByText('还没有送到社区')).toBeVisible();
  await server.start();
  await expectArrived(office, ['check_in']);
});

test('what the server refuses is shown, corrected and arrives', async ({ device, network, office }) => {
  const { page } = device;
  // This device believes in a kind that the community does not have.
  const withDragons = (known) => {
    known.kinds.report.unshift({ id: 'dragons', name: '龙' });
    return known;
  };
  network.arm(isPublic, faults.altered(withDragons), Infinity);
  await openHome(device, network.url);
  await forms.report.enter(page);
  await forms.report.fill(page);
  await page.getByRole('radio', { name: '龙', exact: true }).check();
  await goOn(page);
  await send(page);

  await page.getByRole('link', { name: '看看是哪里不对' }).click();
  await expect(page.getByText('这一类现在没有了，请重新选。')).toBeVisible();
  expect(await office.rows()).toHaveLength(0);
  await page.getByRole('link', { name: '修改后再发' }).click();
  await page.getByRole('group', { name: '是哪一类？' }).getByRole('radio').nth(1).check();
  await goOn(page);
  await send(page);
  await expectArrived(office, ['report']);
});

test('one bad record delays no other', async ({ device, network, office }) => {
  const { page } = device;
  network.arm(isPublic, faults.altered((known) => {
    known.kinds.report.unshift({ id: 'dragons', name: '龙' });
    return known;
  }), Infinity);
  await openHome(device, network.url);
  await submit(page, 'report');
  await page.getByRole('link', { name: '回到首页' }).click();
  await submit(page, 'check_in');
  await expectArrived(office, ['check_in']);
  await expect(page.getByRole('link', { name: '1 份需要您看一下' })).toBeVisible();
});
