// R12: one seeded schedule of faults, played to everybody. What a page called saved and the server does not have at the end is
// lost, or stuck if it still lies on the device; what the server has more than once is doubled.
import { setTimeout as pause } from 'node:timers/promises';
import { dice } from '../../tests/e2e/harness/dice.js';
import { KINDS, contenders } from './contenders.js';
import { Stage, WEATHERS } from './stage.js';

/** What happens around each record: the same for everybody. */
export function schedule(records, seed) {
  const chance = dice(seed);
  const pick = (list) => list[Math.floor(chance() * list.length)];
  let [weather, lasts] = ['fair', 0];
  return Array.from({ length: records }, (_, at) => {
    if (lasts === 0) [weather, lasts] = [pick(['fair', ...WEATHERS]), 1 + Math.floor(chance() * 6)];
    lasts -= 1;
    return {
      kind: pick(KINDS),
      name: `第 ${at + 1} 份`,
      weather,
      killBrowser: chance() < 0.06 ? chance() ** 3 * 700 : null,
      killServer: chance() < 0.04,
      backup: at === Math.floor(records / 3),
      restore: at === Math.floor((records * 2) / 3),
    };
  });
}

/** Everybody has to manage a day without faults first. */
export async function accept(contender) {
  const stage = await Stage.set(contender, dice(1));
  const names = KINDS.map((kind) => `平常的 ${kind}`);
  for (const [at, kind] of KINDS.entries()) await stage.submit(kind, names[at]);
  await stage.setWeather('offline');
  await stage.submit('report', '离线的');
  await stage.setWeather('fair');
  const wanted = [...names, '离线的'].sort();
  await settled(stage, async () => JSON.stringify((await contender.stored()).sort()) === JSON.stringify(wanted));
  const stored = (await contender.stored()).sort();
  await stage.strike();
  if (JSON.stringify(stored) !== JSON.stringify(wanted)) throw new Error(`${contender.name}: ${stored} instead of ${wanted}`);
}

async function settled(stage, done, patience = 60_000) {
  const end = Date.now() + patience;
  while (Date.now() < end) {
    if (await done()) return true;
    await pause(250);
  }
  return false;
}

export async function play(contender, events, seed) {
  const stage = await Stage.set(contender, dice(seed + 1));
  const backup = `${stage.folder}/backup`;
  const happened = { browserKilled: 0, serverKilled: 0, restored: 0 };
  for (const event of events) {
    if (event.backup) await stage.server.backup(backup);
    if (event.restore) {
      await stage.server.restore(backup);
      happened.restored += 1;
    }
    await stage.setWeather(event.weather);
    const button = await stage.prepare(event.kind, event.name);
    if (event.killServer) {
      await stage.server.kill();
      happened.serverKilled += 1;
    }
    if (event.killBrowser === null) {
      await button.click();
      await stage.page.waitForFunction(contender.isSaved);
    } else {
      const pressed = button.click({ noWaitAfter: true }).catch(() => {});
      await pause(event.killBrowser);
      await stage.device.kill();
      await pressed;
      happened.browserKilled += 1;
    }
    if (event.killServer) await stage.server.start();
    if (event.killBrowser !== null) {
      // A person comes back to a page that loads.
      await stage.device.setOffline(false);
      await stage.openBrowser();
    }
  }
  await stage.setWeather('fair');
  const saved = [...stage.saved];
  const missing = async () => {
    const stored = new Set(await contender.stored());
    return saved.filter((name) => !stored.has(name));
  };
  const everything = async () => (await missing()).length === 0;
  // Once more with a page opened anew, as a person would.
  for (let turn = 0; turn < 2 && !(await settled(stage, everything, 20_000)); turn += 1) await contender.open(stage.page, stage.url);
  const away = await missing();
  const absent = away.length;
  // What arrived after the backup was made and before the server was set back to it.
  const between = new Set(events.slice(events.findIndex((it) => it.backup), events.findIndex((it) => it.restore)).map((it) => it.name));
  const setBack = away.filter((name) => between.has(name)).length;
  const stuck = absent === 0 ? 0 : Math.min(absent, await contender.pending(stage.page));
  const stored = await contender.stored();
  const doubled = stored.length - new Set(stored).size;
  await stage.strike();
  return { name: contender.name, version: contender.version, records: events.length, saved: saved.length, stored: stored.length, lost: absent - stuck, setBack, doubled, stuck, ...happened };
}

/** The whole comparison. */
export async function compare({ records, seed, who = ['linli', 'pouchdb', 'queue', 'best'] }) {
  for (const name of who) {
    await accept(contenders[name]);
    console.error(`${contenders[name].name}: manages without faults`);
  }
  const events = schedule(records, seed);
  const results = [];
  for (const name of who) {
    results.push(await play(contenders[name], events, seed));
    console.error(JSON.stringify(results.at(-1)));
  }
  return { records, seed, contenders: results };
}
