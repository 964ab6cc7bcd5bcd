/** Pictures of dashboards with what their panels got, drawn by a browser: Grafana is in no archive. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import * as assert from 'uvu/assert';
import type { Shown } from './boards.ts';
import { run } from './lab.ts';

const PAGE = readFileSync('test/lab/pictures/board.html', 'utf8');
const DRAWN = resolve('test/lab/pictures/drawn');
const UPLOT = join(createRequire(import.meta.url).resolve('uplot/package.json'), '..', 'dist');

/** Whether they are wanted: a browser takes a second for each. */
export const wanted = process.env['PIGSTYC_PICTURES'] === '1';

/** Draws each into test/lab/pictures/drawn. */
export function draw(shown: readonly Shown[]): void {
  rmSync(DRAWN, { recursive: true, force: true });
  mkdirSync(DRAWN, { recursive: true });
  for (const one of shown) {
    const name = join(DRAWN, [one.uid, ...Object.values(one.values)].join('-'));
    const bottom = Math.max(...one.answers.map(({ panel }) => panel.gridPos!.y! + panel.gridPos!.h!));
    writeFileSync(`${name}.html`, pageOf(one));
    const words = ['--headless', '--no-sandbox', '--hide-scrollbars', '--virtual-time-budget=2000'];
    const outcome = run(
      [
        'chromium',
        ...words,
        `--window-size=1600,${bottom * 38 + 60}`,
        `--screenshot=${name}.png`,
        `file://${name}.html`,
      ],
      { seconds: 60 },
    );
    assert.is(outcome.code, 0, outcome.output);
  }
}

function pageOf(shown: Shown): string {
  const parts: Readonly<Record<string, string>> = {
    'UPLOT-CSS': readFileSync(join(UPLOT, 'uPlot.min.css'), 'utf8'),
    UPLOT: readFileSync(join(UPLOT, 'uPlot.iife.min.js'), 'utf8'),
    DATA: `${JSON.stringify(shown).replaceAll('<', '\\u003c')} ??`,
  };
  return PAGE.replace(/\/\*([A-Z-]+)\*\//g, (_, part: string) => parts[part]!);
}
