/**
 * Hostile text in each parameter, field and key of an inventory that uses everything: what the build refuses, the checks have found at the
 * line of the value; nothing throws, and no path leaves its directory. A run tries some of all pairs; HOSTILE=n tries every nth.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { objectOf, parameters } from '../../../compiler/schema/table.ts';
import {
  buildAnyway,
  checkText,
  errorLines,
  everything,
  objectPlaces,
  plant,
  watching,
  write,
  type Values,
} from '../../support/everything.ts';

const HOSTILE: Readonly<Record<string, string>> = {
  blank: 'a b',
  'blanks around': ' a ',
  quotes: 'a "b\'c',
  'line break': 'a\nb',
  'carriage return': 'a\r\nb',
  tab: 'a\tb',
  up: '../../../x',
  'up from a root': '/a/../../b',
  slash: 'a/b',
  'blank in a path': '/a b;c',
  dollar: 'a$b',
  placeholder: 'a${b}',
  percent: 'a%b%(c)s',
  semicolon: 'a;b',
  hash: 'a #b',
  braces: '{}',
  backslash: 'a\\',
  ampersand: 'R&D',
  umlaut: 'ü',
  'long umlauts': 'ü'.repeat(40),
  escape: 'a\u001b[2Jb',
  direction: 'a\u202eb',
  prototype: '__proto__',
  empty: '',
  long: 'x'.repeat(300),
  option: '-a',
};

/** A place for text: where it is planted, and how. */
interface Target {
  readonly label: string;
  readonly settings: Values;
  readonly path: readonly (string | number)[];
  readonly wrap: (text: string) => unknown;
}

const asIs = (text: string): unknown => text;

function target(label: string, settings: Values, path: Target['path'], type: string): readonly Target[] {
  if (/^(?:bool|int|port|float|jmespath)$/.test(type)) return [];
  if (type.endsWith('[]'))
    return [{ label: `${label}[]`, settings: plant(settings, path, []), path: [...path, 0], wrap: asIs }];
  if (type !== 'object') return [{ label, settings, path, wrap: asIs }];
  return [
    { label: `${label}{}`, settings: plant(settings, path, {}), path: [...path, 'some_key'], wrap: asIs },
    { label: `${label}{key}`, settings, path, wrap: (text) => ({ [text]: '1' }) },
  ];
}

function targets(): readonly Target[] {
  const found: Target[] = [];
  for (const { name, type, emits, object } of parameters().values())
    if (emits && object === undefined) found.push(...target(name, everything(), [name], type));
  const seen = new Set<string>();
  for (const settings of [everything(), watching()]) {
    for (const { path, object } of objectPlaces(settings)) {
      if (seen.has(object)) continue;
      seen.add(object);
      for (const field of objectOf(object)!.fields)
        if (field.object === undefined)
          found.push(...target(`${object}.${field.name}`, settings, [...path, field.name], field.type));
    }
  }
  const portal = (name: string): unknown => ({
    home: { domain: 'i.pigsty' },
    [name]: { domain: 'x.pigsty', endpoint: '10.10.10.10:80' },
  });
  found.push({ label: 'infra_portal{key}', settings: everything(), path: ['infra_portal'], wrap: portal });
  const repositories = (name: string): unknown => ({ local: { path: '/pg/backup' }, [name]: { path: '/pg/other' } });
  found.push({ label: 'pgbackrest_repo{key}', settings: everything(), path: ['pgbackrest_repo'], wrap: repositories });
  return found;
}

/** What is wrong with how a text at a place is dealt with; undefined when nothing is. */
function verdict({ settings, path, wrap, label }: Target, text: string): string | undefined {
  const written = write(plant(settings, path, wrap(text)));
  const checked = checkText(written.text);
  const lines = errorLines(checked.diagnostics);
  const own = written.lineOf(path);
  // A key is on a line of its own, below that of its map.
  if (lines.some((line) => line === own || (label.endsWith('{key}') && line > own && line < own + 10)))
    return undefined;
  const { found, paths } = buildAnyway(checked);
  const refused = found.find(({ severity }) => severity === 'error');
  if (refused !== undefined) return `only the build refuses it: ${refused.message}`;
  const astray = paths.find((at) =>
    at.split('/').some((part) => part === '' || part === '.' || part === '..' || /[\s\p{Cc}]/u.test(part)),
  );
  return astray === undefined ? undefined : `it becomes the path ${astray}`;
}

const STRIDE = Number(process.env['HOSTILE'] ?? 211);

test('what the build refuses, the checks have found', () => {
  const wrong: string[] = [];
  let pairs = 0;
  let tried = 0;
  for (const place of targets()) {
    for (const [kind, text] of Object.entries(HOSTILE)) {
      if (pairs++ % STRIDE !== 0) continue;
      tried++;
      let found: string | undefined;
      try {
        found = verdict(place, text);
      } catch (error) {
        found = `it throws: ${(error as Error).stack?.slice(0, 300)}`;
      }
      if (found !== undefined) wrong.push(`${place.label}, ${kind}: ${found}`);
    }
  }
  assert.equal(wrong, []);
  assert.ok(tried >= Math.floor(pairs / STRIDE) && pairs > 5000, `${tried} of ${pairs}`);
});

test.run();
