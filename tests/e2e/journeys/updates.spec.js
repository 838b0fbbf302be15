// A newer version of the app: offered between forms, taken at a person's word, and nothing that was typed or waits is lost.
import { expect, expectArrived, test } from '../harness/index.js';
import { confirmed, forms, openHome, readyForOffline, submit } from '../harness/forms.js';
import { markOf, nextBuild } from '../harness/builds.js';

const offer = (page) => page.getByRole('button', { name: '换成新版本' });

async function update(server, info) {
  const app = await nextBuild(info.outputPath('next'), 'next');
  await server.stop();
  await server.start({ app });
}

/** The browser looks for a newer version at a navigation. */
async function newerIsThere(page) {
  await page.reload();
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    if (registration.waiting) return;
    await new Promise((found) => {
      const look = () => registration.waiting && found();
      registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
      registration.installing?.addEventListener('statechange', look);
      look();
    });
  });
}

test('a newer version is offered between forms, and taking it keeps drafts and what waits', async ({ device, network, server, office }, info) => {
  const { page } = device;
  await openHome(device, network.url);
  await readyForOffline(page);
  await server.stop();
  await submit(page, 'check_in');
  await page.getByRole('link', { name: '回到首页' }).click();
  await forms.report.enter(page);
  await forms.report.fill(page);
  // Left and entered again: what stands there is what the device keeps.
  await page.getByRole('link', { name: '返回' }).click();
  await forms.report.enter(page);
  await expect(page.getByRole('textbox', { name: '电话' })).toHaveValue('13800138000');
  await server.start({ app: await nextBuild(info.outputPath('next'), 'next') });
  await newerIsThere(page);
  // In the middle of a form nothing is offered, and nothing was replaced.
  await expect(page.getByRole('textbox', { name: '是什么情况？' })).toHaveValue('路灯不亮，晚上看不见台阶');
  await expect(offer(page)).toHaveCount(0);
  expect(await markOf(page)).not.toBe('next');

  await page.getByRole('link', { name: '返回' }).click();
  await offer(page).click();
  await expect.poll(() => markOf(page).catch(() => '')).toBe('next');
  await expect(offer(page)).toHaveCount(0);
  await forms.report.enter(page);
  await expect(page.getByRole('textbox', { name: '是什么情况？' })).toHaveValue('路灯不亮，晚上看不见台阶');
  await expectArrived(office, ['check_in']);
});

test('a form in another tab is not reloaded, and is offered the newer version after', async ({ device, network, server, office }, info) => {
  const { page } = device;
  await openHome(device, network.url);
  await readyForOffline(page);
  const other = await device.newTab();
  await other.goto(network.url);
  await forms.report.enter(page);
  await forms.report.fill(page);
  await page.evaluate(() => (window.untouched = true));
  await update(server, info);
  await newerIsThere(other);
  await offer(other).click();
  await expect.poll(() => markOf(other).catch(() => '')).toBe('next');

  expect(await page.evaluate(() => window.untouched)).toBe(true);
  await expect(page.getByRole('textbox', { name: '是什么情况？' })).toHaveValue('路灯不亮，晚上看不见台阶');
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByRole('button', { name: '确认提交' }).click();
  await expectArrived(office, ['report']);
  await offer(page).click();
  await expect.poll(() => markOf(page).catch(() => '')).toBe('next');
  expect(await page.evaluate(() => window.untouched)).toBe(undefined);
});

test('the service worker leaves everything but GET alone', async ({ device, network }) => {
  const { page } = device;
  await openHome(device, network.url);
  await readyForOffline(page);
  await page.reload();
  expect(await page.evaluate(() => Boolean(navigator.serviceWorker.controller))).toBe(true);
  for (const method of ['PUT', 'POST', 'DELETE']) {
    const seen = [];
    // A file the service worker has: asked for with GET it never reaches the network.
    const mine = (request) => request.method === method && request.url === '/icon-192.png';
    network.arm(mine, async ({ body, response }) => {
      seen.push(body);
      response.writeHead(200, { 'content-type': 'text/plain' }).end('from the network');
    });
    const answer = await page.evaluate(async (method) => {
      const body = method === 'DELETE' ? undefined : new Uint8Array(70_000).map((_, at) => at % 251);
      return (await fetch('/icon-192.png', { method, body })).text();
    }, method);
    expect(answer, method).toBe('from the network');
    expect(seen[0].length, method).toBe(method === 'DELETE' ? 0 : 70_000);
    expect(seen[0].every((byte, at) => byte === at % 251), method).toBe(true);
  }
});

test('a tab steps aside when the database is changed by a newer version, and says so without a false word', async ({ device, network, office }) => {
  const { page } = device;
  await openHome(device, network.url);
  await forms.report.enter(page);
  await forms.report.fill(page);
  const other = await device.newTab();
  await other.goto(`${network.url}/favicon.svg`);
  const opened = await other.evaluate(
    () =>
      new Promise((done) => {
        const request = indexedDB.open('linli', 99);
        request.onsuccess = () => done('opened');
        request.onerror = () => done(request.error.name);
      }),
  );
  expect(opened).toBe('opened');
  await expect(page.getByText('邻里在另一个窗口换了新版本')).toBeVisible();
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByRole('button', { name: '确认提交' }).click();
  await expect(page.getByText('没有存上，您填的都还在')).toBeVisible();
  await expect(confirmed(page)).toHaveCount(0);
  await expect(page.getByText('路灯不亮，晚上看不见台阶')).toBeVisible();
  expect(await office.rows()).toHaveLength(0);
});
