/** What ships with the package may be used by everyone, and comes from the registry as it was locked. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

interface Locked {
  readonly dev?: boolean;
  readonly license?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};
const locked = Object.entries(packages).filter(([path]) => path !== '');
const shipped = locked.filter(([, { dev }]) => dev !== true);

/** Ask for nothing but their notice. */
const ALLOWED = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '(BSD-3-Clause OR GPL-2.0)'];

test('licences of what ships', () => {
  assert.ok(shipped.length > 20);
  assert.equal(
    shipped.filter(([, { license }]) => license === undefined || !ALLOWED.includes(license)).map(([path]) => path),
    [],
  );
});

test('nothing that ships runs a script when it is installed; everything has a digest', () => {
  assert.equal(
    shipped.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([path]) => path),
    [],
  );
  assert.equal(
    locked
      .filter(([, { integrity, resolved }]) => resolved !== undefined && integrity === undefined)
      .map(([path]) => path),
    [],
  );
});

test.run();
