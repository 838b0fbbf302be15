// Where a contender plays: its server, a network with weather, a browser that can be killed, and what is heard there.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Device } from '../../tests/e2e/harness/device.js';
import { Proxy, faults } from '../../tests/e2e/harness/proxy.js';

const busy = faults.answer(503, { 'retry-after': '1', 'content-type': 'application/problem+json' }, '{}');

/** What the line does to a request of the API, by the weather; `chance` decides which requests it strikes. */
const WEATHER = {
  fair: () => null,
  drop: (chance) => (chance() < 0.5 ? faults.cut : null),
  delay: (chance) => later(200 + chance() * 1_300),
  duplicate: (chance) => (chance() < 0.5 ? twice : null),
  cutReply: (chance) => (chance() < 0.5 ? faults.replyLost : null),
  refuse: (chance) => (chance() < 0.5 ? (chance() < 0.5 ? busy : faults.answer(500)) : null),
};
export const WEATHERS = [...Object.keys(WEATHER), 'offline'];

const pass = async (call) => {
  const { status, headers, body } = await call.forward();
  return faults.answer(status, headers, body)(call);
};
const later = (time) => async (call) => {
  await pause(time);
  return pass(call);
};
/** The same request reaches the server twice, the second answer comes back. */
const twice = async (call) => {
  await call.forward();
  return pass(call);
};

/** Milliseconds after which a page that says nothing has failed. */
const TELLS = 60_000;

export class Stage {
  #weather = 'fair';
  saved = new Set();
  playing = '';

  static async set(contender, chance, label = '') {
    const stage = new Stage();
    stage.contender = contender;
    stage.folder = await mkdtemp(join(tmpdir(), `linli-peers-${label}`));
    await mkdir(join(stage.folder, 'server'));
    stage.server = contender.server(join(stage.folder, 'server'));
    await stage.server.start();
    await contender.begin(stage.server);
    stage.network = new Proxy(stage.server);
    await stage.network.up();
    stage.network.arm(contender.isApi, (call) => (WEATHER[stage.#weather](chance) ?? pass)(call), Infinity);
    stage.device = new Device(join(stage.folder, 'profile'));
    await stage.openBrowser();
    return stage;
  }

  get page() {
    return this.device.page;
  }

  get url() {
    return this.network.url;
  }

  async openBrowser() {
    await this.device.open();
    await this.device.hear('hearSaved', () => void this.saved.add(this.playing), tellWhenSaved(this.contender.isSaved));
    await this.contender.open(this.page, this.url);
  }

  async setWeather(weather) {
    await this.device.setOffline(weather === 'offline');
    this.#weather = weather === 'offline' ? 'fair' : weather;
  }

  /** Fills in a form up to its last button. */
  async prepare(kind, name) {
    this.playing = name;
    await this.contender.openForm(this.page, this.url, kind);
    await this.contender.typeIn(this.page, kind, name);
    return this.contender.lastButton(this.page);
  }

  /** A whole form; done when the page calls it saved. */
  async submit(kind, name) {
    await (await this.prepare(kind, name)).click();
    // The page tells by itself; to ask it would take its time.
    for (const begun = Date.now(); !this.saved.has(name); await pause(5)) {
      if (Date.now() - begun > TELLS) throw new Error(`${this.contender.name}: ${name} is not called saved`);
    }
  }

  async strike() {
    await this.device.close();
    await this.network.down();
    await this.server.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A script for the page that tells the moment at which a submission is called saved. */
function tellWhenSaved(isSaved) {
  return `(() => {
    const isSaved = ${isSaved};
    let told = false;
    const look = () => {
      const saved = isSaved();
      if (saved && !told) window.hearSaved();
      told = saved;
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
  })()`;
}

/** Median, lowest and highest. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], low: sorted[0], high: sorted.at(-1) };
}
