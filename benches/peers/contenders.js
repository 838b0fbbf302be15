// Who takes part: Linli as it is built, and its peers, each with its own server behind the same interface.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { BINARY, Server } from '../../tests/e2e/harness/server.js';
import { agree } from '../../tests/e2e/harness/forms.js';
import { Office } from '../../tests/e2e/harness/office.js';
import { fill, next, openApp, formPath, questions } from '../../tests/e2e/harness/states.js';

const run = promisify(execFile);

/** Where the name of a submission stands in a form; no two are typed alike. */
const NAMED = { report: '#description', 'check-in': '#person-name', 'sign-up': '#person-name' };
export const KINDS = Object.keys(NAMED);

/** A person fills in a form that is open; the same for everybody. */
async function typeIn(page, kind, name) {
  for (const question of questions[kind]) await fill(page, question);
  await page.locator(NAMED[kind]).fill(name);
}

/** The server of a peer, in a process of its own, on a port that stays the same over restarts. */
class PeerServer {
  #process = null;
  port = 0;

  constructor(file, folder, mode = '') {
    Object.assign(this, { file, folder, mode });
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  async start() {
    const file = fileURLToPath(new URL(`servers/${this.file}.js`, import.meta.url));
    await mkdir(this.folder, { recursive: true });
    const options = { cwd: this.folder, stdio: ['ignore', 'pipe', 'inherit'] };
    this.#process = spawn(process.execPath, [file, String(this.port), this.folder, this.mode], options);
    let said = '';
    this.port = await new Promise((resolve, reject) => {
      this.#process.once('exit', (code) => reject(new Error(`${this.file} ended with ${code}: ${said}`)));
      this.#process.stdout.on('data', (chunk) => {
        said += chunk;
        const port = said.match(/listening on http:\/\/[\d.]+:(\d+)/)?.[1];
        if (port) resolve(Number(port));
      });
    });
  }

  async #end(signal) {
    const running = this.#process;
    this.#process = null;
    if (running === null || running.exitCode !== null) return;
    const ended = once(running, 'exit');
    running.kill(signal);
    await ended;
  }

  stop() {
    return this.#end('SIGTERM');
  }

  kill() {
    return this.#end('SIGKILL');
  }

  /** A copy of its files while it stands still. */
  async backup(to) {
    await this.stop();
    await cp(this.folder, to, { recursive: true });
    await this.start();
  }

  async restore(from) {
    await this.stop();
    await rm(this.folder, { recursive: true });
    await cp(from, this.folder, { recursive: true });
    await this.start();
  }
}

class LinliServer extends Server {
  constructor(folder) {
    super(folder);
    this.file = join(folder, 'linli.db');
    this.database = `sqlite:${this.file}`;
  }

  async start() {
    await super.start();
    this.demo ??= this.#rows();
  }

  /** How many submissions it has, beside those of the demo data. */
  count() {
    return this.#rows() - this.demo;
  }

  #rows() {
    const database = new Database(this.file, { readonly: true });
    const [count] = database.prepare('SELECT count(*) FROM submission').pluck().all();
    database.close();
    return count;
  }

  async backup(to) {
    await run(BINARY, ['backup', to, '--database', this.database]);
  }

  async restore(from) {
    await this.stop();
    await run(BINARY, ['restore', from, '--database', this.database]);
    await this.start();
  }
}

const linli = {
  name: 'Linli',
  version: 'this build',
  server: (folder) => new LinliServer(folder),
  isApi: ({ url }) => url.startsWith('/api/'),
  async open(page, url) {
    await openApp(page, url);
    // From here on it opens without a network.
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.locator('.phone-link').first().waitFor();
  },
  async openForm(page, url, kind) {
    this.paths ??= {};
    this.paths[kind] ??= await formPath(this.running.url, kind);
    await openApp(page, url, this.paths[kind]);
    if (kind === 'check-in') await agree(page);
    await next(page).waitFor();
  },
  async typeIn(page, kind, name) {
    await typeIn(page, kind, name);
    await next(page).click();
    await page.waitForURL(/\/check$/);
  },
  lastButton: (page) => page.locator('.actions .button--main'),
  /** In the page: whether the submission at hand is called saved. */
  isSaved: () => location.pathname.startsWith('/done/') && /^(已保存在本机|社区已收到|报名成功|候补)/.test(document.querySelector('h1')?.textContent),
  async begin(server) {
    this.running = server;
    this.paths = undefined;
    this.office = new Office(server);
    await this.office.beginDay();
  },
  async stored() {
    const nameOf = ({ kind, body }) => (kind === 'report' ? body.description : body.person.name);
    return (await this.office.rows()).map(nameOf);
  },
  async pending(page) {
    await openApp(page, new URL(page.url()).origin, '/outbox');
    const all = page.locator('main .banner[data-tone=good], main .row');
    await all.first().waitFor();
    return page.locator('main .row').count();
  },
};

const peer = (name, version, file, mode, stored) => ({
  name,
  version,
  server: (folder) => new PeerServer(file, folder, mode),
  isApi: ({ url }) => url.startsWith('/api/') || url.startsWith('/db'),
  async open(page, url) {
    await page.goto(url);
    await page.locator('#form button').waitFor();
  },
  async openForm(page, url, kind) {
    if (!page.url().startsWith(url)) await this.open(page, url);
    // By way of another form, so that the same one twice is a fresh one.
    for (const hash of [KINDS.find((other) => other !== kind), kind]) {
      await page.evaluate((hash) => void (location.hash = hash), hash);
      await page.locator(`#form[data-kind=${hash}] button`).waitFor();
    }
  },
  typeIn,
  lastButton: (page) => page.locator('#form button'),
  isSaved: () => document.querySelector('#saved')?.textContent === '已保存',
  async begin(server) {
    this.running = server;
  },
  async stored() {
    return (await stored(this.running.url)).map(({ kind, body }) => (kind === 'report' ? body.description : body.name));
  },
  async pending(page) {
    return (await page.evaluate(() => store.pending())).length;
  },
});

const json = async (url) => (await fetch(url)).json();
const rows = (url) => json(`${url}/records`);
const documents = async (url) =>
  (await json(`${url}/db/records/_all_docs?include_docs=true`)).rows.map((row) => row.doc).filter((doc) => doc.kind);

export const contenders = {
  linli,
  pouchdb: peer('PouchDB ↔ express-pouchdb', 'pouchdb 9.0.0, express-pouchdb 4.2.0', 'pouchdb', '', documents),
  queue: peer('localForage queue, as many apps have it', 'localforage 1.10.0', 'queue', '', rows),
  best: peer('localForage queue at its best', 'localforage 1.10.0', 'queue', 'best', rows),
  dexie: peer('Dexie, strict', 'dexie 4.4.7', 'dexie', '', async () => []),
};
