// Photos of a report: made small on the device and without their place, kept through everything, sent before their report
// but never in its way, and seen at the desk.
import { expect, expectAccessible, expectAllSent, expectArrived, faults, isPhoto, isWrite, test } from '../harness/index.js';
import { signIn } from '../harness/desk.js';
import { forms, goOn, openHome, readyForOffline, send } from '../harness/forms.js';
import { CANARY, file, lookInto, photo, picture, sha256 } from '../harness/photos.js';

const kept = (page) => page.getByRole('listitem').filter({ hasText: '已存好' });

async function begin(device, network) {
  await openHome(device, network.url);
  await forms.report.enter(device.page);
  await forms.report.fill(device.page);
}

async function choose(page, ...files) {
  const before = await kept(page).count();
  await page.locator('#photos').setInputFiles(files);
  await expect(kept(page)).toHaveCount(before + files.length);
}

async function submit(page) {
  await goOn(page);
  await send(page);
}

const problem = (status, code) =>
  faults.answer(status, { 'content-type': 'application/problem+json' }, JSON.stringify({ status, code, fields: [] }));

test('a large photo arrives small, upright, and without where it was taken', async ({ device, network, office }) => {
  const { page } = device;
  await begin(device, network);
  const taken = await photo(page);
  expect(taken.includes(CANARY)).toBe(true);
  await choose(page, file(taken));
  await expect(page.getByText('还可以加 5 张')).toBeVisible();
  await expectAccessible(page, 'report with a photo');
  await goOn(page);
  await expect(page.getByText('1 张', { exact: true })).toBeVisible();
  await send(page);
  await expectArrived(office, ['report']);

  const [sent] = network.photos;
  expect(network.photos).toHaveLength(1);
  expect(sent.url).toBe(`/api/v1/photos/${sha256(sent.body)}`);
  expect(sent.body.length).toBeLessThanOrEqual(250_000);
  expect(sent.body.includes(CANARY)).toBe(false);
  // Of words only those of the colours: what Chromium writes into every picture.
  expect(lookInto(sent.body)).toEqual({ width: 1200, height: 1600, segments: ['JFIF', 'ICC_PROFILE'] });
  const [row] = await office.rows();
  expect(row.body.photos).toEqual([sha256(sent.body)]);

  await signIn(page, network.url);
  await page.getByRole('row').nth(1).getByRole('link').click();
  const open = page.getByRole('button', { name: '看大图：照片 1' });
  await expect(open).toBeVisible();
  await open.click();
  const large = page.getByRole('dialog', { name: '照片 1' }).getByRole('img', { name: '照片 1' });
  await expect(large).toBeVisible();
  await expect.poll(() => large.evaluate((image) => image.naturalHeight)).toBe(1600);
  await expectAccessible(page, 'a photo, large');
  const shown = await page.request.get(`${network.url}/api/v1/desk/photos/${row.body.photos[0]}`);
  expect(shown.headers()['cache-control']).toBe('no-store');
  expect(lookInto(await shown.body())).toEqual({ width: 1200, height: 1600, segments: ['JFIF'] });
  await page.getByRole('button', { name: '关闭' }).click();
  await expect(open).toBeFocused();
});

test('offline, closed, opened, online: the draft has its photo, and the report too', async ({ device, network, office }) => {
  await openHome(device, network.url);
  await readyForOffline(device.page);
  await device.setOffline(true);
  await network.down();
  await forms.report.enter(device.page);
  await forms.report.fill(device.page);
  await choose(device.page, file(await photo(device.page, 2000, 1500)));

  await device.close();
  await device.open();
  await openHome(device, network.url);
  await forms.report.enter(device.page);
  await expect(kept(device.page)).toHaveCount(1);
  const small = kept(device.page).locator('img');
  await expect.poll(() => small.evaluate((image) => image.naturalWidth)).toBe(1200);
  await submit(device.page);

  await device.close();
  await device.open();
  await openHome(device, network.url);
  expect(await office.rows()).toHaveLength(0);
  await network.up();
  await device.setOffline(false);
  await expectArrived(office, ['report']);
  await expectAllSent(device.page);
  await expect.poll(() => office.photos()).toEqual([true]);
});

test('the line breaks in the middle of a photo: it goes on where it was, one row', async ({ device, network, office }) => {
  const { page } = device;
  await begin(device, network);
  await choose(page, file(await photo(page, 2400, 1800, 1)), file(await photo(page, 2400, 1800, 2)));
  let photos = 0;
  const second = (request) => isPhoto(request) && (photos += 1) === 2;
  const struck = network.arm(second, faults.cutMidway);
  await submit(page);
  await struck;
  await expectArrived(office, ['report']);
  await expect.poll(() => office.photos()).toEqual([true, true]);
  const sent = network.photos.map(({ url }) => url);
  expect(sent.length, 'what was acknowledged is not sent again').toBe(new Set(sent).size);
  expect(sent).toHaveLength(2);
});

test('a photo the server refuses delays neither its report nor the other photo', async ({ device, network, office }) => {
  const { page } = device;
  await begin(device, network);
  await choose(page, file(await photo(page, 800, 600, 1)), file(await photo(page, 800, 600, 2)));
  let bad = null;
  const first = (request) => isPhoto(request) && request.url === (bad ??= request.url);
  network.arm(first, problem(422, 'invalid'), Infinity);
  await submit(page);
  await expectArrived(office, ['report']);
  await expect.poll(async () => (await office.photos()).sort()).toEqual([false, true]);
  await signIn(page, network.url);
  await page.getByRole('row').nth(1).getByRole('link').click();
  await expect(page.getByRole('listitem').filter({ hasText: '还没有到' })).toHaveCount(1);
  await expect(page.getByRole('button', { name: /^看大图：照片/ })).toHaveCount(1);
  await expectAccessible(page, 'a photo that is missing');
});

test('an urgent report does not wait for its photos', async ({ device, network, office }) => {
  const { page } = device;
  await begin(device, network);
  await page.getByRole('checkbox', { name: '有人受伤，或者马上会有危险' }).check();
  await choose(page, file(await photo(page, 1600, 1200)));
  await submit(page);
  await expectArrived(office, ['report']);
  await expect.poll(() => office.photos()).toEqual([true]);
  expect(network.writes.filter((write) => /outbox|photos/.test(write))[0]).toBe('POST /api/v1/outbox');
});

test('what the browser cannot open gets its word, and nothing typed is lost', async ({ device, network, office }) => {
  const { page } = device;
  await begin(device, network);
  await page.locator('#photos').setInputFiles(file(Buffer.from('ftypheic'), 'IMG_0002.HEIC', 'image/heic'));
  await expect(page.getByText('这张是 HEIC 格式，这台设备打不开')).toBeVisible();
  await page.getByRole('button', { name: '去掉 照片 1' }).click();
  await page.locator('#photos').setInputFiles(file(Buffer.from('noise')));
  await expect(page.getByText('打不开这张，请换一张')).toBeVisible();
  await expect(page.getByRole('textbox', { name: '是什么情况？' })).toHaveValue('路灯不亮，晚上看不见台阶');
  await expectAccessible(page, 'a photo that cannot be opened');
  await page.getByRole('button', { name: '去掉 照片 1' }).click();
  await expect(page.getByText('打不开这张，请换一张')).toBeHidden();
  await submit(page);
  await expectArrived(office, ['report']);
  expect(network.photos).toEqual([]);
});

test('a picture one can look through and one of another format arrive as photos', async ({ device, network, office }) => {
  const { page } = device;
  await begin(device, network);
  for (const kind of ['png', 'webp']) await choose(page, file(await picture(page, kind), `a.${kind}`, `image/${kind}`));
  await submit(page);
  await expectArrived(office, ['report']);
  await expect.poll(() => office.photos()).toEqual([true, true]);
  for (const { body } of network.photos) expect(lookInto(body)).toMatchObject({ width: 640, height: 480 });
});

test('a photo that has not arrived is told, and so is one that was not taken', async ({ device, network, office }) => {
  const { page } = device;
  await begin(device, network);
  await choose(page, file(await photo(page, 800, 600, 1)), file(await photo(page, 800, 600, 2)));
  let bad = null;
  let reachable = false;
  const isBad = (request) => request.url === (bad ??= request.url);
  network.arm((request) => isPhoto(request) && isBad(request), problem(422, 'invalid'), Infinity);
  network.arm((request) => isPhoto(request) && !isBad(request) && !reachable, problem(503, 'unavailable'), Infinity);
  await submit(page);
  await expectArrived(office, ['report']);
  await page.goto(`${network.url}/outbox`);
  await expect(page.getByText('有 1 张照片还没送到')).toBeVisible();
  await expect(page.getByText('有 1 张照片社区没有收下')).toBeVisible();
  await expect(page.getByText('您提交的都已送达社区')).toHaveCount(0);
  await expect(page.getByRole('link', { name: '还有 1 张照片没发完' })).toBeVisible();
  await expectAccessible(page, 'photos that wait');
  reachable = true;
  await page.getByRole('button', { name: '现在发送' }).click();
  await expectAllSent(page);
  await expect(page.getByText('有 1 张照片社区没有收下')).toBeVisible();
  await page.goto(`${network.url}/mine`);
  await page.locator('.row__link').click();
  await expect(page.getByText('有 1 张照片社区没有收下')).toBeVisible();
});

test('six photos and no more; one that is removed makes room', async ({ device, network }) => {
  const { page } = device;
  await begin(device, network);
  const seven = [];
  for (let seed = 1; seed <= 7; seed += 1) seven.push(file(await photo(page, 300, 200, seed)));
  await page.locator('#photos').setInputFiles(seven);
  await expect(kept(page)).toHaveCount(6);
  await expect(page.getByText('最多 6 张，多出来的没有加上')).toBeVisible();
  await expect(page.locator('#photos')).toBeDisabled();
  await page.getByRole('button', { name: '去掉 照片 3' }).click();
  await expect(kept(page)).toHaveCount(5);
  await expect(page.locator('#photos')).toBeEnabled();
});

test('no room on the device: it says so, and nothing typed is lost', async ({ device, network }) => {
  const { page } = device;
  await begin(device, network);
  const large = file(await photo(page, 1600, 1200));
  // What a browser does when the disk is full; its own sums are as old as half a minute, so that a quota would be late.
  await page.evaluate(() => {
    const { put } = IDBObjectStore.prototype;
    self.roomAgain = () => Object.assign(IDBObjectStore.prototype, { put });
    IDBObjectStore.prototype.put = function (...row) {
      if (this.name === 'photo') throw new DOMException('full', 'QuotaExceededError');
      return put.apply(this, row);
    };
  });
  await page.locator('#photos').setInputFiles(large);
  await expect(page.getByText('这台设备存满了，这张没有存上')).toBeVisible();
  await expect(kept(page)).toHaveCount(0);
  await page.evaluate(() => self.roomAgain());
  await choose(page, large);
  await expect(page.getByRole('textbox', { name: '是什么情况？' })).toHaveValue('路灯不亮，晚上看不见台阶');
});

test('a tap on next while a photo is made small waits for it', async ({ device, network, office }) => {
  const { page } = device;
  await begin(device, network);
  await page.locator('#photos').setInputFiles(file(await photo(page)));
  await submit(page);
  await expectArrived(office, ['report']);
  await expect.poll(() => office.photos()).toEqual([true]);
});
