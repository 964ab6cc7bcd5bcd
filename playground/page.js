/** What happens in the page: a text is compiled a moment after it was changed, and shown. */
import { compile } from './compile.ts';

const WAIT = 300;
const part = (id) => document.getElementById(id);
const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });

/** Schemas and templates, which the compiler asks for by name. */
async function openArchive() {
  const packed = Uint8Array.from(atob(part('archive').textContent.trim()), (c) => c.charCodeAt(0));
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const pieces = [];
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) pieces.push(Buffer.from(piece.value));
  const whole = Buffer.concat(pieces);
  globalThis.__archive = (start, length) => whole.subarray(start, start + length);
}

let compiled;
/** What the plan is compared with: the first text that was right, or the one that was chosen. */
let start;

async function show() {
  compiled = await attempt(part('inventory').value);
  part('findings').textContent = compiled.findings;
  const before = part('hosts').value;
  part('hosts').replaceChildren(...compiled.hosts.map((name) => element('option', name)));
  part('hosts').value = compiled.hosts.includes(before) ? before : (compiled.hosts[0] ?? '');
  part('files').replaceChildren();
  part('drawing').replaceChildren();
  part('plan').replaceChildren();
  part('rest').hidden = !compiled.isRight;
  if (compiled.isRight) {
    start ??= part('inventory').value;
    showFiles();
    showPlan(compiled);
    showDrawing(compiled);
  }
}

/** A mistake of the program is told as such, and the text stays. */
async function attempt(text) {
  try {
    return await compile(text);
  } catch (error) {
    return { findings: internal(error), isRight: false, hosts: [] };
  }
}

const internal = (error) => `internal error, please report it: ${error?.stack ?? error}`;

async function showFiles() {
  const of = compiled;
  const host = part('hosts').value;
  const made = await of.filesOf(host);
  if (of !== compiled || host !== part('hosts').value) return;
  const files = made.map(({ path, text, owner }) => {
    const box = document.createElement('details');
    box.append(element('summary', `${path}  ${owner}`), element('pre', text));
    return box;
  });
  part('files').replaceChildren(...files);
}

async function showPlan(of) {
  const plan = await of.planSince(start).catch(internal);
  if (of === compiled) part('plan').textContent = plan;
}

async function showDrawing(of) {
  const svg = await of.drawing();
  if (of === compiled) part('drawing').innerHTML = svg;
}

let timer;
part('inventory').addEventListener('input', () => {
  clearTimeout(timer);
  timer = setTimeout(show, WAIT);
});
part('hosts').addEventListener('change', showFiles);
part('start').addEventListener('click', () => {
  start = part('inventory').value;
  showPlan(compiled);
});
openArchive().then(show);
