/** The home page of a site that runs, and what a browser finds behind each of its links. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { Browser, type Arrival } from '../../native/infra/browser.ts';
import type { Lab } from './lab.ts';

const HOME = 'http://i.pigsty/';
const LINKS = `[...document.querySelectorAll('a')].map((a) => [a.textContent, a.getAttribute('href')])`;

/** Where a link of the page has led. */
interface Page extends Arrival {
  readonly link: string;
}

/** Clicks every link, as somebody who has the log-in `login` of the load balancers. */
export async function clicked(lab: Lab, login: string): Promise<readonly Page[]> {
  const profile = mkdtempSync(join(tmpdir(), 'pigstyc-browser-'));
  const browser = await Browser.start(profile, 'MAP i.pigsty 10.10.10.10', lab.entry);
  try {
    const headers = { Authorization: `Basic ${Buffer.from(login).toString('base64')}` };
    await browser.call('Network.setExtraHTTPHeaders', { headers });
    assert.is((await browser.goto(HOME)).status, 200);
    const links = await browser.evaluate<readonly [text: string, url: string][]>(LINKS);
    const pages: Page[] = [];
    for (const [link, url] of links) {
      pages.push({ link, ...(await browser.click(`a[href=${JSON.stringify(url)}]`)) });
      await browser.goto(HOME);
    }
    return pages;
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
