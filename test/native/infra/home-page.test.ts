/** The portal's first page as a reader has it: chromium follows every link, on narrow and wide screens, by day and by night. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nativeTest } from '../node/checker.ts';
import type { Arrival } from './browser.ts';
import { LONG, onStage, type Stage } from './portal-stage.ts';

const test = suite('the home page in a browser');

/** Which program answers for a link, by its text; an empty name is a file of the portal itself. */
const PROGRAMS: Readonly<Record<string, string>> = {
  Dashboards: '127.0.0.1:3000',
  Topology: '',
  Metrics: '127.0.0.1:8428',
  Logs: '127.0.0.1:9428',
  Traces: '127.0.0.1:10428',
  'Monitor Targets': '127.0.0.1:8428',
  'Alert Rules': '127.0.0.1:8880',
  'Alert Manager': '127.0.0.1:9059',
  'CA Certificate': '',
  'Software Repo': '',
  minio: '10.10.10.10:9001',
  wiki: '10.10.10.10:8080',
  docs: '',
};

/** Texts and addresses of the links of the page, in order. */
const LINKS = `[...document.querySelectorAll('a')].map((a) => [a.textContent, a.getAttribute('href')])`;

/** Follows every link from the home page and says what is wrong with where it led. */
async function follow({ browser, home }: Stage): Promise<ReadonlyMap<string, Arrival>> {
  assert.is((await browser.goto(home)).status, 200);
  const links = await browser.evaluate<readonly [text: string, url: string][]>(LINKS);
  const arrivals = new Map<string, Arrival>();
  for (const [text, url] of links) {
    const arrival = await browser.click(`a[href=${JSON.stringify(url)}]`);
    const program = url.startsWith('/ui/d/')
      ? PROGRAMS['Dashboards']
      : url.startsWith('/haproxy/')
        ? undefined
        : PROGRAMS[text];
    const what = `${text} ${url}: ${JSON.stringify(arrival)}`;
    assert.is(arrival.status, 200, what);
    if (url.startsWith('/haproxy/')) assert.match(arrival.text, new RegExp(`^[\\d.]+:9101 ${url}$`), what);
    else assert.ok(program !== undefined, `nothing is said of ${what}`);
    if (program === '') assert.not.match(arrival.text, /^[\d.]+:\d+ /, what);
    else if (program !== undefined) assert.match(arrival.text, `${program} /`, what);
    arrivals.set(text, arrival);
    await browser.goto(home);
  }
  return arrivals;
}

/** Texts that are hard to read: below the contrast that WCAG asks of them. */
const FAINT = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const parts = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((v) => v / 255); };
  const light = (c) => c.map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  document.documentElement.style.backgroundColor = 'Canvas';
  const paper = parts(getComputedStyle(document.documentElement).backgroundColor);
  return [...document.querySelectorAll('h1, h2, a, span, p')].flatMap((one) => {
    let opacity = 1;
    for (let at = one; at !== null; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
    const ink = parts(getComputedStyle(one).color).map((v, i) => v * opacity + paper[i] * (1 - opacity));
    const [a, b] = [light(ink), light(paper)].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    return contrast < 4.5 ? [one.textContent + ' ' + contrast.toFixed(2)] : [];
  });
})()`;

async function looksRight({ browser, home }: Stage): Promise<void> {
  const papers = new Set<string>();
  for (const dark of [false, true])
    for (const width of [360, 1280]) {
      await browser.look(width, dark);
      await browser.goto(home);
      const wide = await browser.evaluate<number>('document.documentElement.scrollWidth');
      assert.ok(wide <= width, `${wide} of ${width}`);
      assert.equal(await browser.evaluate(FAINT), [], dark ? 'dark' : 'light');
      papers.add(await browser.evaluate('getComputedStyle(document.documentElement).backgroundColor'));
    }
  assert.is(papers.size, 2, 'both schemes');
}

/** The drawing tells about a box that is clicked, and leads to dashboards: of the box, of its host, and from the list of a cluster. */
async function showsFacts({ browser, home }: Stage): Promise<void> {
  const clicked = `document.getElementById('pg-test-2').dispatchEvent(new MouseEvent('click', { bubbles: true }))`;
  for (const path of [
    'pgsql-instance?var-ins=pg-test-2',
    'node-instance?var-ins=pg-test-2',
    'pgsql-cluster?var-cls=pg-test',
  ]) {
    await browser.goto(`${home}topology.html`);
    assert.match(await browser.evaluate<string>(`${clicked}, document.querySelector('aside').innerText`), 'replica');
    const { status, text } = await browser.click(`a[href="/ui/d/${path}"]`);
    assert.is(status, 200, path);
    assert.match(text, `${PROGRAMS['Dashboards']} /`);
  }
}

/** Errors in the console other than those that are meant; listings of directories have no picture of their own. */
function complainsOf({ browser }: Stage, meant: readonly RegExp[]): void {
  const known = [...meant, /favicon\.ico/];
  assert.equal(
    browser.complaints.filter((text) => !known.some((one) => one.test(text))),
    [],
  );
}

nativeTest(test, ['nginx', 'chromium'], 'every link leads where it says, on any screen', async (scratch) => {
  const variant = { variables: ', infra_topology: true', platform: 'pigsty-4.5', usualPorts: true };
  await onStage(scratch, variant, async (stage) => {
    const arrivals = await follow(stage);
    const names = ['Metrics', 'Logs', 'CA Certificate', 'wiki', 'pg-test', LONG, 'etcd', 'pg-test-3'];
    for (const name of names) assert.ok(arrivals.has(name), name);
    assert.not.ok(arrivals.has('bare'));
    await looksRight(stage);
    await showsFacts(stage);
    const { status } = await stage.browser.goto(`${stage.home}nowhere`);
    assert.is(status, 404);
    assert.is((await stage.browser.click('a')).status, 200);
    complainsOf(stage, [/nowhere/]);
  });
});

nativeTest(test, ['nginx', 'chromium'], 'with ports of its own, HTTPS alone, and half of it off', async (scratch) => {
  const off = ['alertmanager', 'vmetrics', 'blackbox'].map((name) => `, ${name}_enabled: false`).join('');
  const variant = { variables: `${off}, nginx_sslmode: enforce`, platform: 'debian-12', usualPorts: false };
  await onStage(scratch, variant, async (stage) => {
    const arrivals = await follow(stage);
    assert.match(arrivals.get('wiki')!.url, /^https:\/\/wiki\.pigsty:\d+\//);
    for (const name of ['Alert Manager', 'Monitor Targets']) assert.not.ok(arrivals.has(name));
    complainsOf(stage, []);
  });
});

test.run();
