// A person's device: a browser with a profile on disk, so that it can be closed and opened again with what it saved.
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { chromium } from '@playwright/test';
import { PHONE, launch, person } from './browser.js';

export class Device {
  #profile;
  #viewport;
  #touch;
  #args;
  #without;
  #context = null;
  #offline = false;
  /** What went wrong in the browser that nobody asked for: policy violations, uncaught errors. */
  problems = [];
  page = null;

  /** `without` are those of Playwright's own arguments that are left out. */
  constructor(profile, viewport = PHONE, touch = false, args = [], without = []) {
    this.#profile = profile;
    this.#viewport = viewport;
    this.#touch = touch;
    this.#args = args;
    this.#without = without;
  }

  /** Opens the browser. */
  async open() {
    this.#context = await chromium.launchPersistentContext(this.#profile, {
      ...launch,
      args: [...launch.args, ...this.#args],
      ignoreDefaultArgs: this.#without,
      ...person,
      viewport: this.#viewport,
      hasTouch: this.#touch,
      offline: this.#offline,
    });
    await this.#context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
      });
    });
    this.#context.on('console', (message) => {
      const text = message.text();
      // A browser reports each lost request; journeys lose them on purpose.
      if (message.type() === 'error' && !text.startsWith('Failed to load resource')) this.problems.push(text);
    });
    this.#context.on('weberror', (error) => this.problems.push(String(error.error())));
    this.page = this.#context.pages()[0] ?? (await this.#context.newPage());
  }

  /** Closes the browser; the profile stays. */
  async close() {
    await this.#context?.close();
    this.#context = null;
  }

  /** Ends every process of the browser at once, as an empty battery does; the profile stays as it is. */
  async kill() {
    const ended = once(this.#context, 'close');
    // The browser leads a process group of its own, and so all that it started.
    process.kill(-(await browserOf(this.#profile)), 'SIGKILL');
    await ended;
    this.#context = null;
  }

  /** The page can tell something to `listener`, from its first script on. */
  async hear(name, listener, script) {
    await this.#context.exposeFunction(name, listener);
    await this.#context.addInitScript(script);
  }

  /** Lets pages of an origin do what a browser asks its person about. */
  allow(permissions, url) {
    return this.#context.grantPermissions(permissions, { origin: new URL(url).origin });
  }

  /** A second tab. */
  newTab() {
    return this.#context.newPage();
  }

  async setOffline(offline) {
    this.#offline = offline;
    await this.#context?.setOffline(offline);
  }
}

/** Everything that lies in a table of the app, opened with the device's own key; what is not encrypted as it is. */
export function readBack(page, table) {
  return page.evaluate(async (table) => {
    const settled = (request) =>
      new Promise((done, failed) => Object.assign(request, { onsuccess: () => done(request.result), onerror: failed }));
    const database = await settled(indexedDB.open('linli'));
    const key = await settled(database.transaction('key').objectStore('key').get('device'));
    const rows = await settled(database.transaction(table).objectStore(table).getAll());
    database.close();
    const opened = rows.map(async (row) => {
      if (typeof row === 'string') return row;
      const algorithm = { name: 'AES-GCM', iv: row.slice(0, 12), additionalData: new TextEncoder().encode(table) };
      return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, key, row.slice(12)));
    });
    return Promise.all(opened);
  }, table);
}

/** The first process of the browser that runs on a profile. */
async function browserOf(profile) {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(`--user-data-dir=${profile}\0`) && !line.includes('--type=')) return Number(pid);
  }
  throw new Error(`no browser runs on ${profile}`);
}
