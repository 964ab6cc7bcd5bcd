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

/** Labels of every target that the infra host scrapes, as `up` has them. */
function targetLabels(files: ReadonlyMap<string, string>): readonly Readonly<Record<string, string>>[] {
  const { scrape_configs: jobs } = parse(files.get('/infra/prometheus.yml')!) as {
    scrape_configs: readonly { readonly job_name: string; readonly file_sd_configs: readonly { files: string[] }[] }[];
  };
  return [...files].flatMap(([path, text]) => {
    const dir = /^(\/infra\/targets\/[a-z]+\/)[^/]+$/.exec(path)?.[1];
    if (dir === undefined) return [];
    const job = jobs.find(({ file_sd_configs: [sd] }) => sd!.files[0]!.startsWith(dir))!.job_name;
    const groups = parse(text) as readonly { targets: readonly string[]; labels: Record<string, string> }[];
    return groups.flatMap(({ targets, labels }) => targets.map((instance) => ({ job, instance, ...labels })));
  });
}

nativeTest(test, ['promtool'], 'promtool: whatever is scraped and does not answer raises an alert', (scratch) => {
  const site = fleet({ patroni_ssl_enabled: true }, 'pigsty-4.5', {
    '10.10.10.11': { node_exporter_port: 19100, pg_exporter_port: 19630, patroni_port: 18008 },
    '10.10.10.12': {
      node_exporter_port: 9101,
      haproxy_exporter_port: 9100,
      pg_exporter_port: 9631,
      pgbouncer_exporter_port: 9630,
    },
  });
  const files = filesOf(site, site.hosts[0]!);
  const names = [...files.keys()].filter((path) => path.startsWith('/infra/rules/'));
  for (const name of names) writeFileSync(join(scratch, name.slice('/infra/rules/'.length)), files.get(name)!);
  const quote = (labels: object): string =>
    Object.entries(labels)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .join(', ');
  const targets = targetLabels(files);
  const agents = targets.filter(({ job }) => job !== 'ping' && !job!.endsWith('-vip'));
  assert.ok(agents.length > 40 && new Set(agents.map(({ job }) => job)).size === 7, String(agents.length));
  const tests = agents.map((down) => ({
    interval: '1m',
    input_series: targets.map((labels) => ({
      series: `up{${quote(labels)}}`,
      values: labels === down ? '0x10' : '1x10',
    })),
    promql_expr_test: [
      {
        expr: `count(ALERTS{alertstate="firing", instance=${JSON.stringify(down['instance'])}})`,
        eval_time: '8m',
        exp_samples: [{ labels: '{}', value: 1 }],
      },
      {
        expr: `count(ALERTS{alertstate="firing", instance!=${JSON.stringify(down['instance'])}, job!="etcd"})`,
        eval_time: '8m',
        exp_samples: [],
      },
    ],
  }));
  const file = join(scratch, 'tests.json');
  writeFileSync(
    file,
    JSON.stringify({ rule_files: names.map((name) => name.slice(13)), evaluation_interval: '1m', tests }),
  );
  const outcome = run(['promtool', 'test', 'rules', file], { seconds: 120 });
  assert.is(outcome.code, 0, outcome.output.slice(0, 3000));
});

test.run();
