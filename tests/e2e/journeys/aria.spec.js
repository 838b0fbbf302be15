// What a screen reader gets of every state, compared with the texts under aria/. LINLI_ARIA=write writes them anew.
// Demo data moves with the day: what changes from one day to the next is put into general words first.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, faults, isPublic, test } from '../harness/index.js';
import { known } from '../harness/records.js';
import { look, walks } from '../harness/states.js';

const FOLDER = fileURLToPath(new URL('aria/', import.meta.url));
const FORMS = ['check-in', 'sign-up', 'report', 'reading'];

for (const [mode, names] of [['standard', Object.keys(walks)], ['large', FORMS]]) {
  for (const name of names) {
    test(`${mode}: ${name}`, async ({ device, network, server }) => {
      // Today has an activity at any time of the day.
      if (!['trouble', 'unsent'].includes(name)) network.arm(isPublic, faults.altered(withOneToday), Infinity);
      const general = await generally(server.url);
      const differences = [];
      await look(name, { device, network, mode }, async (state) => {
        const text = general(await device.page.locator('body').ariaSnapshot());
        const file = `${FOLDER}${mode}/${state}.yml`;
        if (process.env.LINLI_ARIA === 'write') {
          await mkdir(`${FOLDER}${mode}`, { recursive: true });
          await writeFile(file, text);
        }
        const wanted = await readFile(file, 'utf8').catch(() => '');
        if (text !== wanted) differences.push(`${file}\n${differing(wanted, text)}`);
      });
      expect(differences, differences.join('\n')).toEqual([]);
    });
  }
}

function withOneToday(known) {
  const [first] = known.activities;
  first.starts_at = new Date().toISOString();
  first.ends_at = new Date(Date.now() + 600_000).toISOString();
  return known;
}

/** Puts what moves with the day into general words. */
async function generally(url) {
  const { activities } = await known(url);
  const words = new Map();
  for (const { title, place, host, cost } of activities)
    for (const [text, word] of [[title, '某活动'], [place, '某处'], [host, '某人'], [cost, '费用']]) if (text) words.set(text, word);
  const longestFirst = [...words].sort(([a], [b]) => b.length - a.length);
  const day = '(?:今天|明天|昨天|\\d+月\\d+日 星期.)';
  const patterns = [
    [/，农历\S+?(?=["\n]|$)/gm, '，农历某日'],
    [new RegExp(`${day} \\d\\d:\\d\\d–\\d\\d:\\d\\d`, 'g'), '某时段'],
    [new RegExp(`${day} \\d\\d:\\d\\d`, 'g'), '某时'],
    [/\d\d:\d\d ?–\d\d:\d\d/g, '某时段'],
    [/\b\d\d:\d\d 会再试/g, '某时 会再试'],
    [new RegExp(day + '(?=["\\n，]|$)', 'gm'), '某日'],
    [/今天有 \d+ 场，(\d+ 场可报|都已满或截止)/g, '今天有几场'],
    [/还有 \d+ 个名额|已满，可以候补|已满，\d+ 人在候补|可以报名|报名已截止|已取消|改期，时间待定/g, '名额'],
    [/\b[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}\b/g, '某回执号'],
    [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID'],
    [/\n\s+- \/url: .*/g, ''],
  ];
  return (snapshot) => {
    let text = `${snapshot}\n`;
    for (const [particular, word] of longestFirst) text = text.replaceAll(particular, word);
    for (const [pattern, word] of patterns) text = text.replace(pattern, word);
    return once(text);
  };
}

/** Of things that are the same one after the other, however many the day has, only the first. */
function once(text) {
  const root = { children: [] };
  const path = [{ indent: -1, node: root }];
  for (const line of text.split('\n').filter(Boolean)) {
    const indent = line.search(/\S/);
    while (path.at(-1).indent >= indent) path.pop();
    const node = { line, children: [] };
    path.at(-1).node.children.push(node);
    path.push({ indent, node });
  }
  // What had nothing but an address has nothing left.
  const written = ({ line, children }) =>
    children.length ? [line, ...repeated(children.map(written))].join('\n') : line.replace(/:$/, '');
  return `${repeated(root.children.map(written)).join('\n')}\n`;
}

/** Without the repetitions of one, or of two in turn such as a day's heading and its list. */
function repeated(texts) {
  const kept = [];
  for (const text of texts) {
    kept.push(text);
    for (const length of [1, 2]) {
      const [last, before] = [kept.slice(-length), kept.slice(-2 * length, -length)];
      if (before.length === length && last.every((it, at) => it === before[at])) kept.splice(-length);
    }
  }
  return kept;
}

function differing(wanted, got) {
  const [a, b] = [wanted.split('\n'), got.split('\n')];
  const lost = a.filter((line) => !b.includes(line)).map((line) => `  - ${line}`);
  const gained = b.filter((line) => !a.includes(line)).map((line) => `  + ${line}`);
  return [...lost, ...gained].join('\n') || '  the same lines in another order or number';
}
