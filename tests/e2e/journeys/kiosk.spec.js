// A shared tablet: what is submitted without a network waits there sealed, so that the tablet itself cannot read it back,
// and arrives once; nothing of it is left for the next person to see.
import { readFile } from 'node:fs/promises';
import { Device, TABLET, expect, expectAccessible, expectAllSent, expectArrived, faults, isPublic, test } from '../harness/index.js';
import { readBack } from '../harness/device.js';
import { forms, goOn, openHome, readyForOffline, submit } from '../harness/forms.js';

test.use({ windowSize: TABLET });

const NAME = '王芳';

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

test('what was written before it was a tablet shows nowhere on it, and arrives', async ({ device, network, office }) => {
  const { page } = device;
  await openHome(device, network.url);
  await readyForOffline(page);
  await network.down();
  await submit(page, 'check_in');
  await page.getByRole('link', { name: '回到首页' }).click();
  await expect(page.getByText(/128/).first()).toBeVisible();
  await forms.report.enter(page);
  await forms.report.fill(page);
  await expect.poll(async () => (await readBack(page, 'draft')).join()).toContain(NAME);

  await page.goto(`${network.url}/kiosk`);
  await page.getByRole('button', { name: '变成公用平板' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-kiosk', '');
  await expect(page.getByText(/128/)).toHaveCount(0);
  await expect.poll(() => readBack(page, 'draft')).toEqual([]);
  await page.goto(`${network.url}/mine`);
  await expect(page.getByText('在这里提交的内容会马上封好')).toBeVisible();
  await page.goto(`${network.url}/outbox`);
  await expect(page.getByRole('heading', { name: '待发送' })).toBeVisible();
  await expect(page.getByText('健康打卡')).toHaveCount(0);
  await expect(page.locator('label[for=take-file]')).toHaveCount(0);
  await network.up();
  await page.goto(`${network.url}/kiosk`);
  await expectArrived(office, ['check_in']);
});

test('a link makes no tablet of a phone on which something would be lost', async ({ device, network }) => {
  const { page } = device;
  await openHome(device, network.url);
  await forms.report.enter(page);
  await forms.report.fill(page);
  await expect.poll(async () => (await readBack(page, 'draft')).join()).toContain(NAME);
  for (const path of ['/kiosk', '/kiosk/pair']) {
    await page.goto(network.url + path);
    await expect(page.getByRole('heading', { name: '变成公用平板吗？' })).toBeVisible();
    await expectAccessible(page, 'the question before a device becomes a tablet');
    await page.getByRole('link', { name: '不用，回到首页' }).click();
    await expect(page.locator('html')).not.toHaveAttribute('data-kiosk', '');
  }
  expect((await readBack(page, 'draft')).join()).toContain(NAME);
});

test('whoever is gone is asked for, then what they typed, saw and chose is gone too', async ({ device, network }) => {
  const { page } = device;
  await page.clock.install();
  await openKiosk(device, network);
  await page.getByRole('button', { name: '大', exact: true }).click();
  await forms.report.enter(page);
  await forms.report.fill(page);
  await network.down();
  const words = page.getByRole('textbox', { name: '是什么情况？', exact: true });
  const typed = await words.inputValue();
  const asked = page.getByRole('dialog', { name: '还在用吗？' });
  await page.clock.fastForward(85_000);
  await expect(asked).toBeHidden();
  await page.clock.fastForward(8_000);
  await expect(asked).toBeVisible();
  await expectAccessible(page, 'the question whether somebody is still there');
  await page.keyboard.press('Shift');
  await expect(asked, 'any key says yes').toBeHidden();
  await expect(words, 'nothing is lost').toHaveValue(typed);
  await page.clock.fastForward(95_000);
  await expect(asked).toBeVisible();
  await page.clock.fastForward(21_000);
  await expect(page).toHaveURL(/\/kiosk$/);
  await expect(asked).toBeHidden();
  await expect(page.getByText(NAME)).toHaveCount(0);
  await expect(page.locator('html')).toHaveAttribute('data-text', 'normal');
  await page.goBack();
  await expect(page.getByText(NAME)).toHaveCount(0);
  await forms.report.enter(page).catch(() => {});
  await expect(page.getByText(typed)).toHaveCount(0);
});

test('a confirmation that is left standing goes too', async ({ device, network, office }) => {
  const { page } = device;
  await page.clock.install();
  await openKiosk(device, network);
  await submit(page, 'check_in');
  await expect(page.locator('.receipt-card')).toBeVisible();
  await page.clock.fastForward(91_000);
  await page.clock.fastForward(21_000);
  await expect(page).toHaveURL(/\/kiosk$/);
  await expect(page.locator('.receipt-card')).toHaveCount(0);
  await expectArrived(office, ['check_in']);
});

const remembering = test.extend({
  // As browsers are: Playwright turns off that they keep pages for the way back.
  device: async ({ windowSize }, use, info) => {
    const device = new Device(info.outputPath('profile'), windowSize, false, [], ['--disable-back-forward-cache']);
    await device.open();
    await use(device);
    await device.close();
  },
});

remembering('a page the browser keeps for the way back shows nothing of the person before', async ({ device, network }) => {
  await openKiosk(device, network);
  const { page } = device;
  await page.addInitScript(() => addEventListener('pageshow', (event) => (window.cameBack = event.persisted)));
  await page.reload();
  await forms.report.enter(page);
  await forms.report.fill(page);
  await page.goto(`${network.url}/healthz`);
  await page.evaluate(() => void setTimeout(() => history.back()));
  // While it goes there is no page to ask.
  const cameBack = () => page.evaluate(() => window.cameBack).catch(() => null);
  await expect.poll(cameBack, 'the browser kept it').toBe(true);
  await expect(page.getByText(NAME)).toHaveCount(0);
  await expect(page.locator('input, textarea')).toHaveCount(0);
});

test('what the community does not take of it is for the keeper: as a file, again, or thrown away', async ({ device, network, office }) => {
  const { page } = device;
  network.arm(isPublic, faults.altered((known) => {
    known.kinds.report.unshift({ id: 'dragons', name: '龙' });
    return known;
  }), Infinity);
  await openKiosk(device, network);
  await submit(page, 'report');
  await expect(page.getByRole('link', { name: '1 份需要您看一下' })).toBeVisible();
  await page.goto(`${network.url}/outbox`);
  await expect(page.getByRole('heading', { name: '有 1 份社区没有收下' })).toBeVisible();
  await expectAccessible(page, 'the outbox of a tablet');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '存成文件' }).click(),
  ]);
  const file = await readFile(await download.path(), 'utf8');
  expect(JSON.parse(file)).toMatchObject({ linli: 1, items: [{ kind: 'sealed' }] });
  expect(file).not.toContain(NAME);
  const posts = () => network.writes.filter((write) => write === 'POST /api/v1/outbox').length;
  const before = posts();
  await page.getByRole('button', { name: '都再发一次' }).click();
  await expect.poll(posts).toBeGreaterThan(before);
  await expect(page.getByRole('heading', { name: '有 1 份社区没有收下' })).toBeVisible();
  await page.getByRole('button', { name: '都不要了' }).click();
  await page.getByRole('button', { name: '不要了，扔掉' }).click();
  await expect(page.getByText('没有要发送的')).toBeVisible();
  expect(await readBack(page, 'submission')).toEqual([]);
  expect(await office.rows()).toHaveLength(0);
});

test('what cannot be saved on the tablet is carried off sealed', async ({ device, network }) => {
  await openKiosk(device, network);
  const { page } = device;
  await forms.report.enter(page);
  await forms.report.fill(page);
  await goOn(page);
  await page.evaluate(() => {
    IDBObjectStore.prototype.add = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await page.getByRole('button', { name: '确认提交' }).click();
  const save = page.getByRole('button', { name: '把填的存成文件' });
  const [download] = await Promise.all([page.waitForEvent('download'), save.click()]);
  const file = await readFile(await download.path(), 'utf8');
  expect(JSON.parse(file)).toMatchObject({ items: [{ kind: 'sealed' }] });
  expect(file).not.toContain(NAME);
});

test('what waits on the tablet for more than three days is warned of', async ({ device, network }) => {
  await openKiosk(device, network);
  const { page } = device;
  await network.down();
  await submit(page, 'report');
  await page.clock.setFixedTime(Date.now() + 3.1 * 86_400_000);
  await page.goto(`${network.url}/outbox`);
  await expect(page.getByText('有 1 份放了 3 天还没发出去')).toBeVisible();
});

test('a phone is not made a tablet by anything but its page', async ({ device, network }) => {
  await openHome(device, network.url);
  await expect(device.page.locator('html')).not.toHaveAttribute('data-kiosk');
});

test('no photo is taken on the tablet, and the form says where one can', async ({ device, network }) => {
  await openKiosk(device, network);
  const { page } = device;
  await forms.report.enter(page);
  await expect(page.getByText('公用设备上不能附照片')).toBeVisible();
  await expect(page.locator('input[type=file]')).toHaveCount(0);
});
