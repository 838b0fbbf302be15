// The words of the interface in each language, and what of one language is still to be seen in another.
import { readFile } from 'node:fs/promises';
import { known } from './records.js';
import { MADE_UP } from './states.js';

const read = async (tag) => JSON.parse(await readFile(new URL(`../../../locales/${tag}.json`, import.meta.url), 'utf8'));

const texts = (section) =>
  typeof section === 'string' ? [section] : Object.values(Object(section)).flatMap((it) => texts(it));

/** A function that finds, among texts of a page in `tag`, those that are 简体 and should not be. */
export async function untranslated(tag, url) {
  const [base, other] = [await read('zh-Hans'), await read(tag)];
  const its = new Set(texts(other));
  const pattern = (text) => new RegExp(`^${text.split(/\{\{.*?\}\}/).map(RegExp.escape ?? escape).join('.+')}$`);
  // A text without words of its own, such as “{{ day }}，{{ time }}”, fits anything.
  const worded = (text) => /\p{Script=Han}/u.test(text.replace(/\{\{.*?\}\}/g, ''));
  const patterns = texts(base).filter((text) => !its.has(text) && worded(text)).map(pattern);
  const data = [...texts(await known(url)), MADE_UP]
    .sort((a, b) => b.length - a.length);
  const without = (text) => data.reduce((rest, words) => (words ? rest.replaceAll(words, ' ') : rest), text);
  return (seen) =>
    seen.filter((text) => {
      const rest = without(text).trim();
      return rest && (patterns.some((it) => it.test(rest)) || (tag === 'en' && /\p{Script=Han}/u.test(rest)));
    });
}

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** In the page: the texts of the interface; what is marked as another language, was answered or comes from staff is not. */
export function interfaceTexts() {
  const parts = 'header, footer, h1, h2, h3, button, .button, a, label, legend, summary, [class*=page-head], [class*=field__], .chip, .empty, .banner, dt';
  const foreign = '[lang]:not(html), .answers__words, .row__link, .notice-link, .phone-link, .prose, .demo-banner';
  const words = [];
  for (const element of document.querySelectorAll(parts)) {
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.data.trim() || element.closest(foreign) || !element.checkVisibility()) continue;
      words.push(node.data.trim());
    }
    for (const name of ['aria-label', 'placeholder', 'title']) if (element.hasAttribute(name)) words.push(element.getAttribute(name));
  }
  for (const span of document.querySelectorAll('header span, footer span, .field__error span, .banner p, .empty p'))
    if (span.checkVisibility() && !span.closest(foreign)) words.push(span.innerText.trim());
  return [...new Set(words)];
}
