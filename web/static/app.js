// The little that HTML does not do by itself. Every page works without this file; what it says to
// people comes from the page, in their language.
(() => {
  document.documentElement.dataset.scripted = ''; // shows what does nothing without this file
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const typing = (event) => event.target.closest?.('input:not([type=checkbox]), textarea, select, [contenteditable]');

  // <button data-opens="id"> opens a dialog; <form method="dialog"> and Esc close it natively.
  document.addEventListener('click', (event) => {
    const opener = event.target.closest('[data-opens]');
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
    const copier = event.target.closest('[data-copy]');
    if (copier) navigator.clipboard?.writeText(copier.dataset.copy).then(() => say(one('#undo')?.dataset.copied));
  });

  // A menu under <details data-menu> closes with Esc and with a click elsewhere.
  const closeMenus = (but) => all('details[data-menu][open]').forEach((menu) => { if (menu !== but) menu.open = false; });
  document.addEventListener('click', (event) => closeMenus(event.target.closest('details[data-menu]')));
  document.addEventListener('keydown', (event) => {
    const menu = event.key === 'Escape' && document.activeElement?.closest('details[data-menu][open]');
    if (menu) { menu.open = false; one('summary', menu).focus(); }
  });

  // A notice with "undo": the server has already written; undoing is another POST.
  let fading;
  function say(text, undo) {
    const notice = one('#undo');
    if (!notice || !text) return;
    one('[data-text]', notice).textContent = text;
    const form = one('form', notice);
    form.hidden = !undo;
    if (undo) form.action = undo;
    notice.hidden = false;
    clearTimeout(fading);
    // What can be undone stays until the person closes it (WCAG 2.2.1).
    if (!undo) fading = setTimeout(() => { notice.hidden = true; }, 6000);
  }
  addEventListener('tramita:say', (event) => say(event.detail.text, event.detail.undo));

  // Picking rows for one act on many: the count, and ranges with Shift.
  let last;
  function count() {
    const picked = all('.pick:checked').length, target = one('[data-count-one]');
    if (target) target.textContent = picked === 1 ? target.dataset.countOne : target.dataset.countMany.replace('{}', picked);
  }
  document.addEventListener('click', (event) => {
    if (!event.target.matches('.pick')) return;
    const boxes = all('.pick');
    if (event.shiftKey && last) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(event.target)].sort((a, b) => a - b);
      boxes.slice(from, to + 1).forEach((box) => { box.checked = event.target.checked; });
    }
    last = event.target;
    count();
  });
  document.addEventListener('change', (event) => {
    if (!event.target.matches('[data-pick-all]')) return;
    all('.pick').forEach((box) => { box.checked = event.target.checked; });
    count();
  });
  document.addEventListener('reset', () => setTimeout(count));

  // Single-key shortcuts, which Preferences turns off (WCAG 2.1.4). None of them decides or sends.
  const links = () => all('.task .col-subject a');
  const focused = () => document.activeElement?.closest?.('.task');
  const step = (by) => {
    const rows = links(), at = rows.findIndex((link) => link.closest('.task') === focused());
    rows[Math.max(0, Math.min(rows.length - 1, at + by))]?.focus();
  };
  const places = { c: 'inbox', p: 'cases' };
  let going = 0;
  addEventListener('keydown', (event) => {
    if (document.documentElement.dataset.shortcuts === 'off') return;
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event) || one('dialog[open]')) return;
    const key = event.key.toLowerCase();
    if (Date.now() - going < 1200 && places[key]) {
      going = 0;
      one(`[data-goes="${places[key]}"]`)?.click();
      return;
    }
    const arrow = key === 'arrowdown' || key === 'arrowup';
    if (arrow && !focused()) return;
    const act = {
      g: () => { going = Date.now(); },
      j: () => step(1), arrowdown: () => step(1),
      k: () => step(-1), arrowup: () => step(-1),
      x: () => one('.pick', focused() ?? document.createElement('i'))?.click(),
      a: () => one('[data-key="a"]', focused() ?? document)?.click(),
      b: () => one('.list:has(.pick:checked) .bulk .btn')?.focus(),
      '/': () => one('[data-key="/"]')?.focus(),
      n: () => one('[data-key="n"]')?.click(),
      '?': () => one('#shortcuts')?.showModal(),
    }[key];
    if (act) { event.preventDefault(); act(); }
  });

  // What is typed above a long list leaves in sight what has all of its words, and what is chosen.
  // The form around it hears nothing of that: who only searches has written nothing to be kept.
  const bare = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  document.addEventListener('change', (event) => { if (event.target.matches('[data-narrows]')) event.stopPropagation(); }, true);
  document.addEventListener('input', (event) => {
    const field = event.target.closest('[data-narrows]');
    if (!field) return;
    event.stopImmediatePropagation();
    const lines = all('.option', document.getElementById(field.dataset.narrows)), words = bare(field.value).split(/\s+/);
    lines.forEach((line) => {
      const said = bare(line.textContent);
      line.hidden = !one(':checked', line) && !words.every((word) => said.includes(word));
    });
    const told = one('[data-told]', field.parentElement);
    told.textContent = told.dataset.told.replace('{}', lines.filter((line) => !line.hidden).length);
  }, true);
  document.addEventListener('keydown', (event) => { // Enter there would send the form around it
    if (event.key === 'Enter' && event.target.closest?.('[data-narrows]')) event.preventDefault();
  });

  // A document that was chosen is no longer missing.
  document.addEventListener('change', (event) => {
    const missing = event.target.matches('[type=file]') && one('.badge-warn', event.target.closest('#needs li') ?? document.createElement('i'));
    if (missing) missing.hidden = event.target.files.length > 0;
  });

  // A form marked data-autosave sends itself as a draft a while after the last key (htmx listens).
  let drafting;
  document.addEventListener('input', (event) => {
    const form = event.target.closest('form[data-autosave]');
    if (!form) return;
    clearTimeout(drafting);
    drafting = setTimeout(() => form.dispatchEvent(new CustomEvent('tramita:draft', { bubbles: true })), 2000);
  });
  document.addEventListener('submit', () => clearTimeout(drafting)); // what is sent needs no draft

  // While somebody types what is to be entered, what may be the same thing already is told.
  let asking;
  const alike = one('[data-alike]');
  alike?.form?.addEventListener('input', () => {
    clearTimeout(asking);
    asking = setTimeout(async () => {
      const answer = await fetch(alike.dataset.alike, { method: 'POST', body: new FormData(alike.form) }).catch(() => null);
      if (answer?.status === 200 && !answer.redirected) alike.innerHTML = await answer.text();
    }, 700);
  });

  // On a narrow screen a menu is one line that scrolls: where one is stands in sight.
  all('nav [aria-current]').forEach((link) => {
    const line = link.closest('ul, nav'), rest = line.clientWidth - link.offsetWidth;
    line.scrollLeft += link.getBoundingClientRect().left - line.getBoundingClientRect().left - rest / 2;
  });

  // What must be mended is read first.
  one('#error-summary')?.focus();

  // News are asked for only while somebody looks; they have a space of their own, so no row moves.
  const news = one('[data-news]'), title = document.title;
  async function ask() {
    if (!news || document.visibilityState !== 'visible') return;
    const answer = await fetch(news.dataset.news).catch(() => null);
    if (answer?.status !== 200 || answer.redirected) return;
    const told = await answer.text();
    if (news.dataset.told === told) return;
    news.dataset.told = told;
    news.innerHTML = told;
    document.title = `(${one('[data-new]', news)?.dataset.new}) ${title}`;
  }
  setInterval(ask, 30000);
  document.addEventListener('visibilitychange', ask);
  count();
})();
