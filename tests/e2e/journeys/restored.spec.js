// A server that was restored from a backup has forgotten what came after it; devices send that again.
import { expect, expectAllSent, expectArrived, test } from '../harness/index.js';
import { openHome, submit } from '../harness/forms.js';

test('what a restored server forgot is there again, once', async ({ server, device, network, office }) => {
  await server.backUp();
  const { page } = device;
  await openHome(device, network.url);
  await submit(page, 'report');
  await expectArrived(office, ['report']);
  await expectAllSent(page);
  const [before] = await office.rows();
  await server.stop();
  await server.restore();
  await server.start();
  await office.beginDay();
  expect(await office.rows()).toHaveLength(0);
  await openHome(device, network.url);
  await expectArrived(office, ['report']);
  await expectAllSent(page);
  const [after] = await office.rows();
  expect({ id: after.id, receipt: after.receipt }).toEqual({ id: before.id, receipt: before.receipt });
});
