// What each released version left on a device is there in this one: every draft as it was typed, every submission in its
// state, and what waits is delivered once.
import { TABLET, expect, expectAllSent, expectArrived, faults, isPublic, isWrite, test } from '../harness/index.js';
import { readBack } from '../harness/device.js';
import { agree } from '../harness/forms.js';
import { ORIGIN, expected, goldenDevice, unpack, unpackDatabase, versions } from '../harness/golden.js';
import { put } from '../harness/records.js';
import { answersOf, openApp } from '../harness/states.js';

const TONES = { waiting: 'caution', attention: 'danger', sent: 'good' };

test('a profile of a released version is kept', async () => {
  expect((await versions()).length).toBeGreaterThan(0);
});

const tablets = (await versions()).filter((version) => version.endsWith('-tablet'));
const phones = (await versions()).filter((version) => !tablets.includes(version));

/** In the page: no room for a row that is encrypted, nor for the key; what was written in clear stays as it is. */
function noRoomToUpgrade() {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (...row) {
    if (typeof row[0] !== 'string') throw new DOMException('full', 'QuotaExceededError');
    return put.apply(this, row);
  };
}

// Version 1 wrote in clear, so that it is upgraded: with room, and without.
const runs = phones.flatMap((version) => (version === 'v1' ? [[version], [version, noRoomToUpgrade]] : [[version]]));

for (const [version, full] of runs) {
  const how = full ? ' with no room to upgrade' : '';
  test(`${version}${how}: every draft and every submission is there, and what waits is delivered once`, async ({ server, network, office }, info) => {
    const { madeUp, drafts, items } = await expected(version);
    const profile = info.outputPath('profile');
    await unpack(version, profile);
    let reachable = false;
    // The community that this device knew, and what it had delivered to it. A server that names its epoch is sent again what was
    // delivered before it did; as long as nothing reaches it, it names none.
    network.arm(isPublic, faults.altered(({ epoch, ...known }) => {
      known.kinds.report.unshift({ id: 'dragons', name: madeUp });
      return reachable ? { epoch, ...known } : known;
    }), Infinity);
    const sent = items.filter((item) => item.state === 'sent');
    for (const { id, body } of sent) expect((await put(server.url, 'reports', id, body)).status).toBe(201);
    network.arm((request) => isWrite(request) && !reachable, faults.cut, Infinity);

    const device = goldenDevice(profile, network);
    await device.open();
    const { page } = device;
    if (full) await page.addInitScript(full);
    const expectStates = async (states) => {
      await openApp(page, ORIGIN, '/mine');
      await expect(page.locator('.row')).toHaveCount(items.length);
      for (const { id, state } of items) {
        const row = page.locator('.row').filter({ has: page.locator(`a[href="/mine/${id}"]`) });
        await expect(row.locator(`.chip[data-tone=${TONES[states(state)]}]`)).toBeVisible({ timeout: 60_000 });
      }
    };

    await expectStates((state) => state);
    for (const { id, receipt } of items) {
      await openApp(page, ORIGIN, `/mine/${id}`);
      const shown = async () => (await page.locator('.receipt-card__number').innerText()).replace(/\s/g, '');
      await expect.poll(shown).toBe(receipt);
    }
    for (const { path, values, photos = 0 } of drafts) {
      await openApp(page, ORIGIN, path);
      // What was ticked on the form then has a page of its own now, and is asked anew.
      if (path === '/check-in') await agree(page);
      await expect.poll(() => page.evaluate(answersOf)).toMatchObject(values);
      await expect(page.locator('.photo-field__photo[data-state=ready]')).toHaveCount(photos);
    }
    const waiting = items.filter((item) => item.state === 'waiting');
    expect(await office.rows()).toHaveLength(sent.length);

    reachable = true;
    await page.reload();
    await expectArrived(office, [...sent, ...waiting].map((item) => item.kind));
    await expectStates((state) => (state === 'waiting' ? 'sent' : state));
    const arrived = (await office.rows()).map((row) => row.id);
    expect(arrived.sort()).toEqual([...sent, ...waiting].map((item) => item.id).sort());
    for (const { id, photos } of items.filter((item) => item.photos)) {
      await expect.poll(() => office.photos(id)).toEqual(Array(photos).fill(true));
    }
    await device.close();
    expect(device.problems, 'errors and policy violations in the browser').toEqual([]);
  });
}

for (const version of tablets) {
  test(`${version}: what was sealed is there and cannot be read, and the server of then, brought up to date, opens it once`, async ({ server, network, office }, info) => {
    const { sealed } = await expected(version);
    const profile = info.outputPath('profile');
    await unpack(version, profile);
    await server.stop();
    await unpackDatabase(version, server.backup);
    await server.restore();
    await server.start();
    await office.beginDay();
    let reachable = false;
    network.arm((request) => isWrite(request) && !reachable, faults.cut, Infinity);

    const tablet = goldenDevice(profile, network, TABLET);
    await tablet.open();
    const { page } = tablet;
    await openApp(page, ORIGIN);
    await expect(page.locator('html')).toHaveAttribute('data-kiosk', '');
    const kept = (await readBack(page, 'submission')).map((text) => JSON.parse(text));
    expect(kept.map((row) => Object.keys(row).sort())).toEqual(sealed.map(() => ['id', 'sealed']));
    expect(await office.rows()).toEqual([]);

    reachable = true;
    await page.reload();
    await expectArrived(office, ['check_in', 'report', 'sign_up']);
    await expectAllSent(page);
    expect((await office.rows()).map((row) => row.id).sort()).toEqual([...sealed].sort());
    await tablet.close();
    expect(tablet.problems, 'errors and policy violations in the browser').toEqual([]);
  });
}
