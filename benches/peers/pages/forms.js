// The three forms of a peer: shown by the address, kept by its store, called saved when the store says so. The ids are
// Linli's, so that one script fills in both. `store` comes from the peer's own file.
'use strict';

const form = document.querySelector('#form');
const saved = document.querySelector('#saved');
let id = null;

function show() {
  const template = document.querySelector(`template${location.hash || '#report'}`);
  const button = Object.assign(document.createElement('button'), { type: 'submit', textContent: '提交' });
  form.replaceChildren(template.content.cloneNode(true), button);
  form.dataset.kind = location.hash.slice(1) || 'report';
  saved.textContent = '';
  // As its documentation advises, a record has its id before it is stored, so that the same press twice is one record.
  id = crypto.randomUUID();
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const body = Object.fromEntries(new FormData(form));
  await store.save({ id, kind: form.dataset.kind, body, made_at: new Date().toISOString() });
  saved.textContent = '已保存';
});

window.addEventListener('hashchange', show);
document.addEventListener('DOMContentLoaded', () => {
  show();
  store.start((waiting) => {
    document.querySelector('#waiting').textContent = String(waiting);
  });
});
