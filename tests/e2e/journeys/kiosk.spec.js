// A shared tablet: what is submitted without a network waits there sealed, so that the tablet itself cannot read it back,
// and arrives once; nothing of it is left for the next person to see.
import { TABLET, expect, expectAccessible, expectAllSent, expectArrived, test } from '../harness/index.js';
import { forms, openHome, readyForOffline, submit } from '../harness/forms.js';

test.use({ windowSize: TABLET });

const NAME = '王芳';

/** Everything that lies in a table, opened with the tablet's own key. */
function readBack(page, table) {
  return page.evaluate(async (table) => {
    const settled = (request) =>
      new Promise((done, failed) => Object.assign(request, { onsuccess: () => done(request.result), onerror: failed }));
    const database = await settled(indexedDB.open('linli'));
    const key = await settled(database.transaction('key').objectStore('key').get('device'));
    const rows = await settled(database.transaction(table).objectStore(table).getAll());
    const opened = rows.map(async (row) => {
      const algorithm = { name: 'AES-GCM', iv: row.slice(0, 12), additionalData: new TextEncoder().encode(table) };
      return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, key, row.slice(12)));
    });
    return Promise.all(opened);
  }, table);
}

async function openKiosk(device, network) {
  await device.page.goto(`${network.url}/kiosk`);
  await expect(device.page.locator('html')).toHaveAttribute('data-kiosk', '');
  await readyForOffline(device.page);
}

for (const kind of Object.keys(forms)) {
  test(`${kind}: submitted offline on the tablet, it cannot be read back there, and arrives once`, async ({ device, network, office }) => {
    await openKiosk(device, network);
    const { page } = device;
    await network.down();
    await submit(page, kind);
    await expectAccessible(page, `the confirmation of a ${kind} on a tablet`);

    const kept = await readBack(page, 'submission');
    expect(kept).toHaveLength(1);
    expect(Object.keys(JSON.parse(kept[0])).sort()).toEqual(['id', 'sealed']);
    expect(await readBack(page, 'draft')).toEqual([]);

    await page.getByRole('link', { name: '回到首页' }).click();
    await page.goBack();
    await expect(page.getByText(NAME)).toHaveCount(0);
    await expect(page.getByText('回执号')).toHaveCount(0);
    await page.goto(`${network.url}/mine`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText(NAME)).toHaveCount(0);

    await network.up();
    await expectArrived(office, [kind]);
    await expectAllSent(page);
    const [row] = await office.rows();
    expect(row.channel).toBe('kiosk');
  });
}

test('what was typed and left is not there for the next person', async ({ device, network }) => {
  await openKiosk(device, network);
  const { page } = device;
  await forms.report.enter(page);
  await forms.report.fill(page);
  await page.goto(`${network.url}/kiosk`);
  await forms.report.enter(page);
  await expect(page.getByRole('textbox', { name: '是什么情况？', exact: true })).toHaveValue('');
  expect(await readBack(page, 'draft')).toEqual([]);
});

test('a phone is not made a tablet by anything but its page', async ({ device, network }) => {
  await openHome(device, network.url);
  await expect(device.page.locator('html')).not.toHaveAttribute('data-kiosk');
});
