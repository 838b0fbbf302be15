// What a page measures, in the page itself: each function is injected whole, so it stands alone. A failure is an element, its
// words for an example, what was measured and what is wanted.

/** What each mode has to reach: sizes in px, contrasts; `edge` is that of a control's frame and of the ring of the focus. */
export const NORMS = {
  standard: { text: 16, body: 18, target: 48, main: 60, contrast: 4.5, edge: 3 },
  large: { text: 20, body: 24, target: 60, main: 60, contrast: 7, edge: 3 },
};

/** Sizes, line heights, contrasts, edges and targets against a norm. */
export function measure(norm) {
  const failures = [];
  const name = (element) => {
    const place = element.classList.length ? [...element.classList].map((c) => `.${c}`).join('') : element.id && `#${element.id}`;
    return element.localName + (place || ` in ${name(element.parentElement)}`);
  };
  const words = (element) => (element.innerText ?? '').trim().replace(/\s+/g, ' ').slice(0, 16);
  const fail = (element, what, measured, wanted) =>
    failures.push({ element: name(element), words: words(element), what, measured, wanted });
  const short = (number) => String(Math.round(number * 100) / 100);

  const shown = (element) => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const { bottom } = element.getBoundingClientRect();
    if (bottom + scrollY <= 0) return false;
    for (let it = element; it; it = it.parentElement) if (getComputedStyle(it).clipPath !== 'none') return false;
    return true;
  };

  // Colours, one over the other.
  const colour = (text) => {
    const numbers = text.match(/^rgba?\(([^)]+)\)$/)?.[1].split(/[\s,/]+/).map(Number);
    if (!numbers) throw new Error(`a colour that is not read here: ${text}`);
    return [...numbers.slice(0, 3), numbers[3] ?? 1];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((value, at) => value * a + below[at] * (1 - a));
  const ground = (element) => {
    const layers = [];
    for (let it = element; it; it = it.parentElement) {
      const style = getComputedStyle(it);
      if (style.backgroundImage !== 'none') throw new Error(`a picture behind ${name(it)}`);
      layers.unshift(colour(style.backgroundColor));
      if (layers[0][3] === 1) break;
    }
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };

  // Something faint is as faint as all that is around it makes it.
  const strength = (element) => {
    let left = 1;
    for (let it = element; it; it = it.parentElement) left *= parseFloat(getComputedStyle(it).opacity);
    return left;
  };

  const measureText = (element, style, below, part = '') => {
    const size = parseFloat(style.fontSize);
    if (size < norm.text - 0.01) fail(element, `${part}font size`, short(size), norm.text);
    if (!part) {
      const line = parseFloat(style.lineHeight) || usualLine(style);
      if (line < 1.3 * size - 0.01) fail(element, 'line height', `${short(line / size)} × ${size}`, '1.3 ×');
    }
    const [r, g, b, alpha] = colour(style.color);
    const ratio = contrast(over([r, g, b, alpha * strength(element)], below), below);
    if (ratio < norm.contrast) fail(element, `${part}contrast`, `${short(ratio)} (${style.color} on ${below.map(Math.round)})`, norm.contrast);
  };
  // A line height of `normal` is what the font makes of it.
  const usualLine = (style) => {
    const probe = document.createElement('span');
    probe.textContent = '字';
    Object.assign(probe.style, { display: 'block', position: 'absolute', font: style.font, lineHeight: 'normal' });
    document.body.append(probe);
    const { height } = probe.getBoundingClientRect();
    probe.remove();
    return height;
  };

  const bodySize = parseFloat(getComputedStyle(document.body).fontSize);
  if (bodySize < norm.body - 0.01) failures.push({ element: 'body', what: 'font size', measured: bodySize, wanted: norm.body });

  const controls = 'input:not([type=radio], [type=checkbox]), select, textarea, button';
  for (const control of document.querySelectorAll(controls)) {
    if (!shown(control)) continue;
    const size = parseFloat(getComputedStyle(control).fontSize);
    if (size < norm.body - 0.01) fail(control, 'font size of a control', short(size), norm.body);
    if (control.localName !== 'button') measureText(control, getComputedStyle(control), ground(control));
  }
  // What marks a control off from what is around it: its frame or its filling.
  const framed = 'input:not([type=file]), select, textarea, .button, .filter, .photo-field__add';
  for (const control of document.querySelectorAll(framed)) {
    if (!shown(control)) continue;
    const style = getComputedStyle(control);
    const around = ground(control.parentElement);
    const against = (paint) => contrast(over(colour(paint), around), around);
    const edge = Math.max(parseFloat(style.borderTopWidth) ? against(style.borderTopColor) : 1, against(style.backgroundColor));
    if (edge < norm.edge) fail(control, 'contrast of its edge', short(edge), norm.edge);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || seen.has(element) || element.closest('option, script, noscript')) continue;
    seen.add(element);
    if (shown(element)) measureText(element, getComputedStyle(element), ground(element));
  }
  for (const element of document.body.querySelectorAll('*')) {
    for (const part of ['::before', '::after']) {
      const style = getComputedStyle(element, part);
      if (['none', 'normal', '""'].includes(style.content) || !shown(element)) continue;
      measureText(element, style, over(colour(style.backgroundColor), ground(element)), `${part} `);
    }
  }

  // Targets: what answers to a tap may be a card around the control, or a pseudo-element of the link that covers its card.
  const targetOf = (element) => {
    if (element.matches('[type=radio], [type=checkbox]')) return element.closest('.choice') ?? element;
    const after = getComputedStyle(element, '::after');
    return after.content !== 'none' && after.position === 'absolute' ? element.closest('li') : element;
  };
  const inText = (element) =>
    getComputedStyle(element).display === 'inline' &&
    [...element.parentElement.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const answers = (element, x, y) => {
    const hit = document.elementFromPoint(x, y);
    return hit && (hit === element || element.contains(hit) || hit.closest('label')?.control === element);
  };
  const before = scrollY;
  // A label that looks like a button is one to whoever taps it.
  const interactive =
    'a[href], button, input, select, textarea, summary, label.button, .photo-field__add, [tabindex]:not([tabindex="-1"])';
  // What an open dialog covers answers to nothing.
  const open = document.querySelector('dialog[open]') ?? document;
  for (const element of open.querySelectorAll(interactive)) {
    if (!shown(element)) continue;
    const target = targetOf(element);
    target.scrollIntoView({ block: 'center', inline: 'center' });
    const { left, top, width, height } = target.getBoundingClientRect();
    const wanted = inText(element) ? 24 : norm.target;
    if (width < wanted - 0.1 || height < wanted - 0.1)
      fail(element, 'target', `${short(width)} × ${short(height)}`, `${wanted} × ${wanted}`);
    if (element.matches('.button--main, .main-link__link') && height < norm.main - 0.1)
      fail(element, 'main action', `${short(height)} high`, norm.main);
    for (const [across, down] of [[0.5, 0.5], [0.15, 0.2], [0.85, 0.2], [0.15, 0.8], [0.85, 0.8]]) {
      const [x, y] = [left + width * across, top + height * down];
      if (x < 0 || x >= innerWidth || y < 0 || y >= innerHeight || answers(element, x, y)) continue;
      const hit = document.elementFromPoint(x, y);
      fail(element, 'a tap', `at ${across * 100} %/${down * 100} % hits ${hit && name(hit)}`, 'the element');
      break;
    }
  }
  scrollTo(0, before);
  return failures;
}

/** What sticks out of the page or of its own button. */
export function stickingOut() {
  const failures = [];
  const { scrollWidth, clientWidth } = document.scrollingElement;
  const fail = (element, what, measured, wanted) => {
    const words = element.innerText?.trim().replace(/\s+/g, ' ').slice(0, 16);
    failures.push({ element: `${element.localName}.${[...element.classList].join('.')}`, words, what, measured, wanted });
  };
  if (scrollWidth > clientWidth) failures.push({ element: 'page', what: 'width', measured: scrollWidth, wanted: clientWidth });
  const out = (element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 1 && (right > clientWidth + 0.5 || left < -0.5);
  };
  for (const element of document.body.querySelectorAll('*')) {
    // A row that scrolls by itself may; what is in an element that sticks out is the cause, not the element around it.
    if (!element.checkVisibility() || element.parentElement.closest('.filter-row, .raw, svg') || element.matches('.skip-link')) continue;
    if (out(element) && ![...element.children].some(out)) {
      const { left, right } = element.getBoundingClientRect();
      fail(element, 'reaches', `from ${Math.round(left)} to ${Math.round(right)}`, `0 to ${clientWidth}`);
    }
    if (element.matches('button, a, .chip') && element.clientWidth && element.scrollWidth > element.clientWidth + 1)
      fail(element, 'width of its words', element.scrollWidth, element.clientWidth);
  }
  return failures;
}

/** What moves although it should not. */
export function moving() {
  const longest = (times) => Math.max(...times.split(',').map((time) => parseFloat(time) * (time.includes('ms') ? 1 : 1000)));
  const failures = [];
  for (const element of [document.documentElement, ...document.querySelectorAll('body *')]) {
    for (const part of [null, '::before', '::after']) {
      const style = getComputedStyle(element, part);
      const time = Math.max(longest(style.transitionDuration), longest(style.animationDuration));
      const name = `${element.localName}.${[...element.classList].join('.')}${part ?? ''}`;
      if (time > 1) failures.push({ element: name, what: 'moves for ms', measured: time, wanted: 1 });
      if (style.scrollBehavior === 'smooth') failures.push({ element: name, what: 'scrolling', measured: 'smooth', wanted: 'at once' });
    }
  }
  return failures;
}

/** Everything that Tab should reach, in the order of the document, each marked with its place; the focus before the first. */
export function beforeTheFirst() {
  const group = (radio) => [...document.querySelectorAll('[type=radio]')].filter((it) => it.name === radio.name);
  const reached = (element) => {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.disabled || element.tabIndex < 0) return false;
    if (element.type !== 'radio') return true;
    return element === (group(element).find((radio) => radio.checked) ?? group(element)[0]);
  };
  const root = document.querySelector('dialog[open]') ?? document.body;
  const all = [...root.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter(reached);
  for (const [at, element] of all.entries()) element.dataset.stop = at;
  root.tabIndex = -1;
  root.focus();
  root.removeAttribute('tabindex');
  scrollTo(0, 0);
  return all.length;
}

/** Where the focus is and what is wrong there; `edge` is the contrast of its ring, `whole` wants all of it in sight, else its middle or any edge. */
export function atTheFocus({ stop, whole, edge }) {
  const element = document.activeElement;
  const name = (it) => `${it.localName}${it.id ? `#${it.id}` : ''}.${[...it.classList].join('.')}`;
  const failures = [];
  const fail = (what, measured, wanted) =>
    failures.push({ element: name(element), words: element.innerText?.trim().slice(0, 16), what, measured, wanted });
  if (element.dataset.stop !== String(stop)) {
    fail('place in the order of Tab', stop + 1, name(document.querySelector(`[data-stop="${stop}"]`)));
    return failures;
  }
  const outlined = (it, part) => {
    const style = getComputedStyle(it, part);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  const card = element.closest('.choice') ?? element;
  const ring = [[element], [element, '::after'], [card]].find((place) => outlined(...place));
  const numbers = (text) => text.match(/[\d.]+/g).map(Number);
  const paper = (it) => {
    const [r, g, b, alpha = 1] = numbers(getComputedStyle(it).backgroundColor);
    return alpha === 1 || !it.parentElement ? [r, g, b] : paper(it.parentElement);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((value) => (value <= 10 ? value / 3294 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  if (!ring) {
    fail('outline under the focus', 'none', '2 px');
  } else {
    const [a, b] = [light(numbers(getComputedStyle(...ring).outlineColor)), light(paper(card.parentElement))];
    const ratio = Math.max(a, b) / Math.min(a, b);
    if (ratio < edge) fail('contrast of the outline', ratio, edge);
  }
  const { left, top, right, bottom } = card.getBoundingClientRect();
  const [across, down] = [(left + right) / 2, (top + bottom) / 2];
  const points = [[across, down], [left + 3, down], [right - 3, down], [across, top + 3], [across, bottom - 3]];
  // What lies over it is neither around it nor inside it.
  const hits = points.map(([x, y]) => document.elementFromPoint(x, y));
  const inSight = (hit) => hit && (card.contains(hit) || hit.contains(card));
  // A row that scrolls by itself leaves a part of what comes next in sight, and browsers are content with that.
  const fits = bottom - top < innerHeight / 2 && !element.closest('.filter-row');
  if (!(whole && fits ? hits.every(inSight) : hits.some(inSight))) {
    const cover = hits.find((hit) => !inSight(hit));
    const extent = `${Math.round(left)}–${Math.round(right)} × ${Math.round(top)}–${Math.round(bottom)}`;
    fail('focused', `${extent}, ${cover ? `under ${name(cover)}` : 'outside of the window'}`, whole ? 'all in sight' : 'in sight');
  }
  return failures;
}
