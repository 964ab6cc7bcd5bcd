import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import '../../package-text.ts';
import { DASHBOARDS } from '../../../emitters/infra/grafana/dashboards/index.ts';
import { filesOf, fleet } from '../../unit/infra/fleet.ts';
import { nativeTest, run, type Outcome } from '../node/checker.ts';
import { RULE_TESTS } from './rule-tests.ts';

const test = suite('monitoring accepts what we write');

/** All files of all hosts of a platform below a directory, `/infra` in them pointing there too. */
function deploy(platform: string, scratch: string): readonly string[] {
  const site = fleet({ patroni_ssl_enabled: true }, platform);
  return site.hosts.flatMap((host) =>
    [...filesOf(site, host)].map(([path, text]) => {
      const target = join(scratch, host.name, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text.replaceAll('/infra/', `${join(scratch, host.name)}/infra/`));
      return target;
    }),
  );
}

for (const platform of ['pigsty-4.5', 'debian-12']) {
  nativeTest(test, ['promtool'], `promtool: scrape configuration and every rule file on ${platform}`, (scratch) => {
    const files = deploy(platform, scratch);
    const config = run([
      'promtool',
      'check',
      'config',
      '--syntax-only',
      join(scratch, '10.10.10.10/infra/prometheus.yml'),
    ]);
    assert.is(config.code, 0, config.output);
    const rules = files.filter((file) => file.includes('/infra/rules/'));
    assert.is(rules.length, 7);
    const checked = run(['promtool', 'check', 'rules', ...rules]);
    assert.is(checked.code, 0, checked.output);
  });

  nativeTest(test, ['systemd-analyze'], `systemd reads every unit on ${platform}`, (scratch) => {
    const units = deploy(platform, scratch).filter((file) => file.endsWith('.service'));
    assert.ok(units.length > 8);
    for (const unit of units) {
      const outcome = run(['systemd-analyze', 'verify', '--recursive-errors=no', unit]);
      const complaints = outcome.output
        .split('\n')
        .filter(
          (line) =>
            line !== '' &&
            !/is not executable: No such file|Failed to (open|prepare)|file system namespacing|not found\.?$/.test(
              line,
            ),
        );
      assert.equal(complaints, [], unit);
    }
  });

  test(`every YAML and JSON file parses on ${platform}`, () => {
    const site = fleet({}, platform);
    let count = 0;
    for (const host of site.hosts) {
      for (const [path, text] of filesOf(site, host)) {
        if (/\.ya?ml$/.test(path)) parse(text, { strict: true, uniqueKeys: true });
        else if (path.endsWith('.json')) JSON.parse(text);
        else continue;
        count += 1;
      }
    }
    assert.ok(count > 15);
  });
}

nativeTest(
  test,
  ['victoria-metrics', 'vmalert', 'openssl'],
  'VictoriaMetrics: scrape configuration read strictly, options, every rule',
  (scratch) => {
    deploy('pigsty-4.5', scratch);
    const at = (path: string): string => join(scratch, '10.10.10.10', path);
    const made = run([
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-subj',
      '/CN=test',
      '-keyout',
      at('infra.key'),
      '-out',
      at('infra.crt'),
    ]);
    assert.is(made.code, 0, made.output);
    const config = at('infra/prometheus.yml');
    writeFileSync(
      config,
      readFileSync(config, 'utf8')
        .replaceAll('/etc/pki/infra', at('infra'))
        .replaceAll('/etc/pki/ca.crt', at('infra.crt')),
    );
    const options = (name: string): readonly string[] =>
      readFileSync(at(`etc/default/${name}`), 'utf8')
        .replace(/^\w+="|"\n$/g, '')
        .split(' ');
    const store = (): Outcome =>
      run(['victoria-metrics', ...options('vmetrics'), '-promscrape.config.strictParse', '-dryRun']);
    assert.is(store().code, 0, store().output);
    const rules = run(['vmalert', ...options('vmalert'), '-dryRun']);
    assert.is(rules.code, 0, rules.output);
    writeFileSync(config, `${readFileSync(config, 'utf8')}bogus: 1\n`);
    assert.is.not(store().code, 0);
  },
);

nativeTest(test, ['prometheus-blackbox-exporter'], 'blackbox exporter: its probes', (scratch) => {
  deploy('pigsty-4.5', scratch);
  const outcome = run([
    'prometheus-blackbox-exporter',
    '--config.check',
    `--config.file=${join(scratch, '10.10.10.10/etc/blackbox.yml')}`,
  ]);
  assert.is(outcome.code, 0, outcome.output);
});

nativeTest(test, ['promtool'], 'promtool: every query of every dashboard', (scratch) => {
  const queries = DASHBOARDS.flatMap((dashboard) =>
    dashboard.rows.flatMap((row) => row.panels.flatMap((panel) => panel.queries.map(({ expr }) => expr))),
  );
  assert.ok(queries.length > 40, String(queries.length));
  const rules = queries.map((expr, i) => ({ record: `q${i}`, expr: expr.replace(/\$__\w+/g, '1m') }));
  writeFileSync(join(scratch, 'queries.yml'), JSON.stringify({ groups: [{ name: 'queries', rules }] }));
  const outcome = run(['promtool', 'check', 'rules', join(scratch, 'queries.yml')]);
  assert.is(outcome.code, 0, outcome.output);
});

nativeTest(test, ['amtool'], 'amtool: alert routing', (scratch) => {
  deploy('debian-12', scratch);
  const outcome = run(['amtool', 'check-config', join(scratch, '10.10.10.10/etc/alertmanager.yml')]);
  assert.is(outcome.code, 0, outcome.output);
});

nativeTest(test, ['promtool'], 'promtool: alerts fire when they must and stay silent when they must', (scratch) => {
  deploy('debian-12', scratch);
  const rules = ['agent', 'node', 'pgsql', 'etcd', 'redis', 'minio', 'infra'].map((name) =>
    join(scratch, `10.10.10.10/infra/rules/${name}.yml`),
  );
  const file = join(scratch, 'tests.yml');
  writeFileSync(file, JSON.stringify({ rule_files: rules, evaluation_interval: '15s', tests: RULE_TESTS }));
  const outcome = run(['promtool', 'test', 'rules', file], { seconds: 60 });
  assert.is(outcome.code, 0, outcome.output);
});

test.run();
