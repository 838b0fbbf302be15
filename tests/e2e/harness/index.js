// What every journey starts from: a server with demo data, a network, an office and a phone.
import { mkdir } from 'node:fs/promises';
import { test as base, expect } from '@playwright/test';
import { PHONE } from './browser.js';
import { Device } from './device.js';
import { Office } from './office.js';
import { Proxy } from './proxy.js';
import { Server } from './server.js';

export { expect };
export { expectAccessible } from './axe.js';
export { picture } from './pictures.js';
export { PHONE, TABLET } from './browser.js';
export { Device } from './device.js';
export { faults, isPhoto, isPublic, isWrite } from './proxy.js';

export const test = base.extend({
  server: async ({}, use, info) => {
    const folder = info.outputPath('server');
    await mkdir(folder, { recursive: true });
    const server = new Server(folder);
    await server.start();
    await use(server);
    await server.kill();
  },

  network: async ({ server }, use) => {
    const proxy = new Proxy(server);
    await proxy.up();
    await use(proxy);
    await proxy.down();
  },

  office: async ({ server }, use) => {
    const office = new Office(server);
    await office.beginDay();
    await use(office);
  },

  windowSize: [PHONE, { option: true }],
  touch: [false, { option: true }],

  device: async ({ windowSize, touch, network }, use, info) => {
    const device = new Device(info.outputPath('profile'), windowSize, touch);
    await device.open();
    await use(device);
    await device.close();
    expect(device.problems, 'errors and policy violations in the browser').toEqual([]);
  },
});

/** Waits until exactly these kinds have arrived. */
export async function expectArrived(office, kinds) {
  const arrived = async () => (await office.rows()).map((row) => row.kind).sort();
  await expect.poll(arrived, { timeout: 60_000 }).toEqual([...kinds].sort());
}

/** Waits until the device knows it too; after a lost reply that takes a pause and a second try. */
export async function expectAllSent(page) {
  await expect(page.getByRole('link', { name: '全部已送达' })).toBeVisible({ timeout: 60_000 });
}
