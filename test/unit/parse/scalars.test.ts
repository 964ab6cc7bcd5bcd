import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { resolvePlain } from '../../../compiler/phases/1-parse/resolve-scalar.ts';

/** Measured with PyYAML 6 safe_load. */
const VALUES: readonly (readonly [string, unknown])[] = [
  ['yes', true],
  ['Yes', true],
  ['ON', true],
  ['off', false],
  ['No', false],
  ['FALSE', false],
  ['y', 'y'],
  ['n', 'n'],
  ['tRue', 'tRue'],
  ['oN', 'oN'],
  ['~', null],
  ['', null],
  ['Null', null],
  ['nULL', 'nULL'],
  ['0640', 416],
  ['0o640', '0o640'],
  ['0890', '0890'],
  ['0x1F', 31],
  ['0b101', 5],
  ['1_000_000', 1000000],
  ['+12', 12],
  ['-7', -7],
  ['-0', 0],
  ['00', 0],
  ['12:30:00', 45000],
  ['1:30', 90],
  ['22:22', 1342],
  ['1:30.5', 90.5],
  ['1:60', '1:60'],
  ['10.10.10.10:9000', '10.10.10.10:9000'],
  ['-1:30', -90],
  ['1e3', '1e3'],
  ['1.5e3', '1.5e3'],
  ['1.5e+3', 1500],
  ['.5', 0.5],
  ['-.5', '-.5'],
  ['1.10', 1.1],
  ['10.10', 10.1],
  ['1.', 1],
  ['1.2.3', '1.2.3'],
  ['.inf', Infinity],
  ['-.INF', -Infinity],
  ['1__0', 10],
  ['1_', 1],
  ['_1', '_1'],
  ['10.10.10.10', '10.10.10.10'],
  ['5GB', '5GB'],
  ['2030-12-31', '2030-12-31'],
  ['2030-1-1', '2030-1-1'],
];

for (const [text, value] of VALUES) {
  test(`\`${text}\` is ${JSON.stringify(value)}`, () => {
    assert.equal(resolvePlain(text), text.startsWith('2030-12') ? { value, tag: 'timestamp' } : { value });
  });
}

test('texts that PyYAML refuses are problems', () => {
  for (const text of ['=', '<<', '0b_', '2030-02-30', '2023-13-01', '2001-01-01 25:00:00'])
    assert.ok('problem' in resolvePlain(text), text);
  assert.equal(resolvePlain('2024-02-29'), { value: '2024-02-29', tag: 'timestamp' });
});

test.run();
