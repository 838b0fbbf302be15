// What a person can do with what is not with the community yet: go on, send, correct, carry off as a file, throw away. And
// what they are told before anything can be lost.
import { readFile, writeFile } from 'node:fs/promises';
import { Device, expect, expectAllSent, expectArrived, faults, isPublic, test } from '../harness/index.js';
import { confirmed, forms, goOn, openHome, readyForOffline, send, submit } from '../harness/forms.js';
import { known, recordId, report } from '../harness/records.js';

const draft = (page) => page.getByRole('listitem').filter({ hasText: '草稿' });

async function offline(device, network) {
  await device.setOffline(true);
  await network.down();
}

async function online(device, network) {
  await network.up();
  await device.setOffline(false);
}

/** Presses what saves a file, and reads it. */
async function saved(page, press) {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  expect(download.suggestedFilename()).toMatch(/^linli-\d{8}-\d{6}\.json$/);
  return download.path();
}

async function take(page, file) {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.locator('label[for=take-file]').click()]);
  await chooser.setFiles(file);
}

async function refuseReports(network) {
  network.arm(isPublic, faults.altered((known) => {
    known.kinds.report.unshift({ id: 'dragons', name: '龙' });
    return known;
  }), Infinity);
}

test('a draft is listed, gone on with, and thrown away after a question', async ({ device, network, office }) => {
  const { page } = device;
  await openHome(device, network.url);
  await forms.report.enter(page);
  await page.goto(`${network.url}/mine`);
  // A form that was only looked at is no draft.
  await expect(page.getByText('还没有提交过')).toBeVisible();
  await page.goto(`${network.url}/report`);
  await forms.report.fill(page);
  await page.getByRole('link', { name: '返回' }).click();
  await page.getByRole('link', { name: '我提交过的' }).click();
  await expect(draft(page)).toContainText(/上报问题.*今天 \d\d:\d\d 开始填/s);
  await page.getByRole('link', { name: '接着填' }).click();
  await expect(page.getByRole('textbox', { name: '是什么情况？' })).toHaveValue('路灯不亮，晚上看不见台阶');
  await page.goto(`${network.url}/mine`);
  await page.getByRole('button', { name: '扔掉' }).click();
  await expect(page.getByRole('group', { name: '扔掉这份草稿吗？' })).toBeFocused();
  await page.getByRole('button', { name: '留着' }).click();
  await expect(draft(page)).toHaveCount(1);
  await page.getByRole('button', { name: '扔掉' }).click();
  await page.getByRole('button', { name: '扔掉草稿' }).click();
  await expect(draft(page)).toHaveCount(0);
  await page.reload();
  await expect(page.getByText('还没有提交过')).toBeVisible();
  expect(await office.rows()).toHaveLength(0);
});

test('one that waits is sent from its page, another is thrown away and never arrives', async ({ device, network, office }) => {
  const { page } = device;
  await openHome(device, network.url);
  await readyForOffline(page);
  await offline(device, network);
  await submit(page, 'report');
  await page.getByRole('link', { name: '回到首页' }).click();
  await submit(page, 'check_in');
  await page.goto(`${network.url}/outbox`);
  await page.getByRole('link', { name: '健康打卡' }).click();
  await page.getByRole('button', { name: '不要了' }).click();
  await expect(page.getByText('社区永远看不到它')).toBeVisible();
  await page.getByRole('button', { name: '不要了，扔掉' }).click();
  await expect(page.getByRole('heading', { name: '我提交过的' })).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: '待发送' })).toHaveCount(1);
  await page.locator('.row__link').click();
  // Each press is a try; after some in vain the device would wait for minutes by itself.
  await device.setOffline(false);
  const button = page.getByRole('button', { name: '现在发送' });
  for (let tries = 0; tries < 8; tries += 1) await button.click();
  await expect(button).toBeVisible();
  await network.up();
  // A press before may have been under way and gone through now: then there is nothing left to press.
  const sent = page.getByRole('status').filter({ hasText: '社区已收到' });
  await expect(button.or(sent)).toBeVisible();
  await button.evaluate((button) => button.click(), null, { timeout: 2_000 }).catch(() => expect(sent).toBeVisible());
  await expectArrived(office, ['report']);
  await expect(page.getByRole('status').filter({ hasText: '社区已收到' })).toBeVisible();
  await expect(page.getByRole('button', { name: '不要了' })).toHaveCount(0);
});

test('what was refused can be carried off, sent again and thrown away', async ({ device, network }) => {
  const { page } = device;
  await refuseReports(network);
  await openHome(device, network.url);
  await submit(page, 'report');
  await page.getByRole('link', { name: '看看是哪里不对' }).click();
  await page.getByText('存成文件').first().click();
  const file = JSON.parse(await readFile(await saved(page, () => page.getByRole('button', { name: '存成文件' }).click()), 'utf8'));
  expect(file).toMatchObject({ linli: 1, items: [{ kind: 'report', body: { description: '路灯不亮，晚上看不见台阶' } }] });
  await page.getByRole('button', { name: '原样再发一次' }).click();
  await expect(page.getByRole('link', { name: '1 份需要您看一下' })).toBeVisible();
  await page.getByRole('button', { name: '不要了' }).click();
  await page.getByRole('button', { name: '不要了，扔掉' }).click();
  await expect(page.getByText('还没有提交过')).toBeVisible();
});

test('a file taken in on whatever device, however often, is one row each', async ({ device, network, office }, info) => {
  const { page } = device;
  await openHome(device, network.url);
  await readyForOffline(page);
  await offline(device, network);
  for (const kind of ['report', 'check_in']) {
    await submit(page, kind);
    await page.getByRole('link', { name: '回到首页' }).click();
  }
  await page.getByRole('link', { name: '离线，已保存' }).click();
  await expect(page.getByText('谁拿到这个文件都能看到里面的内容')).toBeVisible();
  const file = await saved(page, () => page.getByRole('button', { name: '存成文件' }).click());
  await take(page, file);
  await expect(page.getByText('文件里的都已经在这台设备上了')).toBeVisible();

  await network.up();
  const second = new Device(info.outputPath('second'));
  await second.open();
  await second.page.goto(`${network.url}/outbox`);
  await take(second.page, file);
  await expect(second.page.getByText('取回了 2 份，等着发送')).toBeVisible();
  await expectArrived(office, ['report', 'check_in']);
  await expectAllSent(second.page);
  await take(second.page, file);
  await expect(second.page.getByText('文件里的都已经在这台设备上了')).toBeVisible();
  await second.close();

  await online(device, network);
  await page.reload();
  await expectAllSent(page);
  await expectArrived(office, ['report', 'check_in']);
});

test('a thousand come from one file; one that is not ours, damaged or newer takes nothing in', async ({ device, network, server, office }, info) => {
  const { page } = device;
  const facts = await known(server.url);
  const receipt = (at) => {
    // Eleven digits of base 32 and the check character of the rule.
    const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    const digits = Array.from({ length: 11 }, (_, place) => Math.floor(at / 32 ** place) % 32);
    const sum = [...digits].reverse().reduce((sum, digit, place) => {
      const weighted = digit * (place % 2 ? 1 : 2);
      return sum + Math.floor(weighted / 32) + (weighted % 32);
    }, 0);
    return [...digits, (32 - (sum % 32)) % 32].map((digit) => alphabet[digit]).join('');
  };
  const items = Array.from({ length: 1_000 }, (_, at) => ({
    kind: 'report',
    id: recordId(),
    body: { ...report(facts, `第 ${at} 件`), receipt: receipt(at + 7_000_000) },
  }));
  const whole = JSON.stringify({ linli: 1, items });
  const file = async (name, text) => {
    const path = info.outputPath(name);
    await writeFile(path, text);
    return path;
  };
  await openHome(device, network.url);
  await page.goto(`${network.url}/outbox`);
  for (const [name, text, words] of [
    ['letter.json', '{"name":"王芳"}', '这不是邻里存的文件'],
    ['cut.json', whole.slice(0, 9_000), '这个文件不完整，一份也没有取回'],
    ['newer.json', '{"linli":2,"items":[]}', '这个文件是新版本的邻里存的'],
  ]) {
    await take(page, await file(name, text));
    await expect(page.getByText(words)).toBeVisible();
  }
  expect(await office.rows()).toHaveLength(0);
  await take(page, await file('whole.json', whole));
  await expect(page.getByText('取回了 1000 份，等着发送')).toBeVisible({ timeout: 60_000 });
  await expectAllSent(page);
  expect(await office.rows()).toHaveLength(1_000);
});

test('what is unsent for more than three days is warned of on every page', async ({ device, network }) => {
  const { page } = device;
  await openHome(device, network.url);
  await readyForOffline(page);
  await offline(device, network);
  await submit(page, 'report');
  await expect(page.getByRole('link', { name: '离线，已保存' })).toBeVisible();
  await page.clock.setFixedTime(Date.now() + 3.1 * 86_400_000);
  await page.goto(network.url);
  await page.getByRole('link', { name: '1 份放了 3 天没发出' }).click();
  await expect(page.getByText('有 1 份放了 3 天还没发出去')).toBeVisible();
  await expect(page.getByText('请连上网络，按“现在发送”')).toBeVisible();
  await expect(page.getByRole('button', { name: '存成文件' })).toBeVisible();
});

/** In the page: a device that takes its time to open the database, and what every word of delivery was until then. */
function openSlowly() {
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (...all) {
    const request = open.apply(this, all);
    const listen = request.addEventListener;
    const later = (heard) => (event) => setTimeout(() => heard.call(request, event), 1500);
    for (const name of ['onsuccess', 'onerror']) {
      Object.defineProperty(request, name, { set: (heard) => heard && listen.call(request, name.slice(2), later(heard)) });
    }
    request.addEventListener = (name, heard, how) => listen.call(request, name, name === 'success' ? later(heard) : heard, how);
    return request;
  };
  window.said = [];
  new MutationObserver(() => {
    const words = [...document.querySelectorAll('.header__status, main .banner')].map((part) => part.textContent.trim());
    window.said.push(...words.filter((word) => word && !window.said.includes(word)));
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

for (const path of ['/', '/outbox']) {
  test(`nothing is called sent before it is counted, on ${path}`, async ({ device, network }) => {
    const { page } = device;
    await openHome(device, network.url);
    await readyForOffline(page);
    await offline(device, network);
    await submit(page, 'report');
    await expect(page.getByRole('link', { name: '离线，已保存' })).toBeVisible();
    await page.addInitScript(openSlowly);
    await page.goto(network.url + path);
    await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('link', { name: '离线，已保存' })).toBeVisible({ timeout: 15_000 });
    const said = await page.evaluate(() => window.said);
    expect(said, 'it waited').not.toEqual([]);
    expect(said.filter((word) => /全部|没有/.test(word))).toEqual([]);
  });
}

test('a page that was left open tells so when somebody looks at it again', async ({ device, network }) => {
  const { page } = device;
  await openHome(device, network.url);
  await readyForOffline(page);
  await offline(device, network);
  await submit(page, 'report');
  await page.clock.setFixedTime(Date.now() + 3.1 * 86_400_000);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect(page.getByRole('link', { name: '1 份放了 3 天没发出' })).toBeVisible();
});

test('the browser is asked to keep what lies there after the first submission, not before', async ({ device, network }) => {
  const { page } = device;
  await page.addInitScript(() => {
    window.asked = 0;
    navigator.storage.persist = async () => (window.asked += 1) > 9;
    navigator.storage.persisted = async () => false;
  });
  await openHome(device, network.url);
  await readyForOffline(page);
  await forms.report.enter(page);
  await forms.report.fill(page);
  await goOn(page);
  expect(await page.evaluate(() => window.asked)).toBe(0);
  await offline(device, network);
  await send(page);
  await expect.poll(() => page.evaluate(() => window.asked)).toBe(1);
  await page.getByRole('link', { name: '离线，已保存' }).click();
  await expect(page.getByText('浏览器可能会清掉这台设备上的内容')).toBeVisible();
});

/** A browser reports that it has no room when a row is written, or by aborting when the transaction is to be completed. */
const STEPS = {
  writing: () => {
    IDBObjectStore.prototype.add = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  },
  completing: () => {
    IDBTransaction.prototype.commit = function () {
      this.abort();
    };
  },
};

for (const [step, fail] of Object.entries(STEPS)) {
  test(`no room while ${step}: never a false word, what was typed stays, and it can be saved to a file`, async ({ device, network, office }) => {
    const { page } = device;
    await openHome(device, network.url);
    await readyForOffline(page);
    await forms.report.enter(page);
    await forms.report.fill(page);
    await goOn(page);
    await page.evaluate(fail);
    await page.getByRole('button', { name: '确认提交' }).click();
    await expect(page.getByText(/没有存上.*您填的都还在/)).toBeVisible();
    await expect(confirmed(page)).toHaveCount(0);
    await expect(page.getByText('路灯不亮，晚上看不见台阶')).toBeVisible();
    const file = await saved(page, () => page.getByRole('button', { name: '把填的存成文件' }).click());
    expect(await office.rows()).toHaveLength(0);
    await page.goto(`${network.url}/outbox`);
    await take(page, file);
    await expectArrived(office, ['report']);
    // What was taken in is what was begun: the form begins afresh, and nothing can come of it twice.
    await page.goto(`${network.url}/report`);
    await expect(page.getByRole('textbox', { name: '是什么情况？', exact: true })).toHaveValue('');
    await expectAllSent(page);
    await expectArrived(office, ['report']);
  });
}

test('a device that runs full says so where a form is begun', async ({ device, network }) => {
  const { page } = device;
  await page.addInitScript(() => {
    navigator.storage.estimate = async () => ({ quota: 100e6, usage: 99e6 });
  });
  await openHome(device, network.url);
  await forms.report.enter(page);
  await expect(page.getByText('这台设备快存满了')).toBeVisible();
});
