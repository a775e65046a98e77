// What axe does not look for: text that is cut off, and lines of text that lie over each other.
(() => {
  const told = (element) => element.innerText.replace(/\s+/g, ' ').slice(0, 40);
  const styled = (element) => getComputedStyle(element);

  const cut = [...document.querySelectorAll('body *')].filter((element) => {
    const { overflowX, overflowY } = styled(element), box = element.getBoundingClientRect();
    if (!element.innerText?.trim() || box.width < 4 || box.height < 4) return false;
    if (element.matches('select, textarea, option')) return false;
    return (['hidden', 'clip'].includes(overflowX) && element.scrollWidth > element.clientWidth + 1)
      || (['hidden', 'clip'].includes(overflowY) && element.scrollHeight > element.clientHeight + 1);
  }).map((element) => `cut off: ${element.tagName}.${element.className} ${told(element)}`);

  // What is for the ears only, and what lies outside the part of a list that one scrolls.
  const unseen = (element, box) => {
    if (!element) return false;
    const style = styled(element), own = element.getBoundingClientRect();
    const middle = (box.top + box.bottom) / 2;
    const rolled = style.overflowY !== 'visible' && (middle < own.top || middle > own.bottom);
    return style.clipPath !== 'none' || rolled || unseen(element.parentElement, box);
  };
  const lines = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    if (!node.data.trim() || !holder.checkVisibility({ visibilityProperty: true })) continue;
    if (holder.closest('svg, .top, .bulk, .undo, select, textarea')) continue; // they may lie over others
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects())
      if (box.width > 4 && box.height > 4 && !unseen(holder, box)) lines.push({ box, node });
  }
  lines.sort((one, other) => one.box.top - other.box.top);
  const over = [];
  lines.forEach(({ box, node }, at) => {
    for (let next = at + 1; next < lines.length && lines[next].box.top < box.bottom; next++) {
      const other = lines[next];
      const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
      const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
      if (other.node !== node && across > 3 && down > Math.min(box.height, other.box.height) * .4)
        over.push(`over each other: ${told(node.parentElement)} / ${told(other.node.parentElement)}`);
    }
  });

  const page = document.documentElement;
  const sideways = page.scrollWidth > page.clientWidth ? ['it scrolls sideways'] : [];
  return [...sideways, ...cut, ...over.slice(0, 5)];
})()
