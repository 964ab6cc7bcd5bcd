/** Search over all pages. The index is loaded when somebody searches, by script elements: a page from the disk may not fetch. */
const box = document.getElementById('search');
const found = document.getElementById('found');
const base = box.dataset.base;
const MOST = 20;
let engine;

function load(name) {
  return new Promise((done) => {
    const script = document.createElement('script');
    script.src = `${base}/${name}`;
    script.onload = done;
    document.head.append(script);
  });
}

async function ready() {
  engine ??= Promise.all([load('minisearch.js'), load('search-index.js')]).then(() =>
    MiniSearch.loadJSON(searchIndex, { fields: ['title', 'text'], storeFields: ['title', 'page'] }),
  );
  return engine;
}

async function search() {
  const words = box.value.trim();
  const index = await ready();
  if (words !== box.value.trim()) return;
  const hits =
    words === '' ? [] : index.search(words, { prefix: true, fuzzy: 0.1, combineWith: 'AND', boost: { title: 3 } });
  found.replaceChildren(
    ...hits.slice(0, MOST).map(({ title, page }) => {
      const item = document.createElement('li');
      item.append(Object.assign(document.createElement('a'), { textContent: title, href: `${base}/${page}` }));
      return item;
    }),
  );
}

box.addEventListener('focus', ready);
box.addEventListener('input', search);
