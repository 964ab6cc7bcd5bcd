import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import '../../package-text.ts';
import { metricPanels } from '../../support/panels.ts';
import { DASHBOARDS } from '../../../emitters/infra/grafana/dashboards/index.ts';
import type { Site } from '../../../compiler/model/site.ts';
import { filesOf, fleet } from '../../unit/infra/fleet.ts';
import { nativeTest, run, type Outcome } from '../node/checker.ts';
import { ruleFiles, ruleText } from '../../../emitters/infra/rules/index.ts';
import type { Alert, Recording, RuleFile } from '../../../emitters/toolkit/monitoring/rule.ts';
import { ALERT_CASES, type AlertCase } from './alert-cases.ts';
import { RULE_TESTS } from './rule-tests.ts';

const test = suite('monitoring accepts what we write');

/** All files of all hosts of a platform below a directory, `/infra` in them pointing there too. */
function deploy(platform: string, scratch: string, vars: Readonly<Record<string, unknown>> = {}): readonly string[] {
  const site = fleet({ patroni_ssl_enabled: true, ...vars }, platform);
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
  const queries = metricPanels(DASHBOARDS).map(({ expr }) => expr);
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

nativeTest(test, ['amtool'], 'amtool: every receiver is told of what it asked for', (scratch) => {
  deploy('debian-12', scratch, {
    alertmanager_receivers: [
      { name: 'page', severity: ['CRIT'], pagerduty: 'key' },
      { name: 'dba', mail: 'dba@example.com, oncall@example.com', matchers: ['cls=~"pg-.*"'] },
      { name: 'chat', severity: ['CRIT', 'WARN', 'INFO'], webhook: 'https://chat.example.com/hook' },
    ],
    alertmanager_smtp: { host: 'mail.example.com:587', from: 'pg@example.com', user: 'pg', password: 'Mail' },
  });
  const config = join(scratch, '10.10.10.10/etc/alertmanager.yml');
  const outcome = run(['amtool', 'check-config', config]);
  assert.is(outcome.code, 0, outcome.output);
  const told = (...labels: readonly string[]): string =>
    run(['amtool', 'config', 'routes', 'test', `--config.file=${config}`, ...labels]).output.split('\n')[0]!;
  assert.is(told('severity=CRIT', 'cls=pg-test'), 'page,dba,chat');
  assert.is(told('severity=CRIT', 'cls=redis-ms'), 'page,chat');
  assert.is(told('severity=WARN', 'cls=pg-test'), 'dba,chat');
  assert.is(told('severity=INFO', 'cls=pg-test'), 'chat');
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

/** Rule files with their alerts, and only those series that alerts are computed from: hundreds of others take their time. */
function alertFiles(site: Site): readonly RuleFile[] {
  const files = ruleFiles(site, site.hosts[0]!);
  const all = files.flatMap((file) => file.recordings);
  const used = (expressions: readonly string[]): readonly Recording[] =>
    all.filter(({ record }) => expressions.some((expr) => new RegExp(`(?<![\\w:])${record}(?![\\w:])`).test(expr)));
  let needed = used(files.flatMap((file) => file.alerts.map(({ expr }) => expr)));
  for (let before = -1; before !== needed.length; ) {
    before = needed.length;
    needed = [...new Set([...needed, ...used(needed.map(({ expr }) => expr))])];
  }
  return files.map((file) => ({ ...file, recordings: file.recordings.filter((rule) => needed.includes(rule)) }));
}

function minutesOf(duration: string | undefined): number {
  const [, count, unit] = /^(\d+)([smh])$/.exec(duration ?? '0m')!;
  return (Number(count) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h']) / 60;
}

/** A test of promtool: silent while well and before its time, firing once it is bad for long enough, over afterwards. */
function ruleTest({ alert, for: holds, severity }: Alert, found: AlertCase): object {
  const wait = minutesOf(holds);
  const well = found.slow === true ? 75 : 15;
  const bad = found.event ?? wait + (found.slow === true ? 40 : 15);
  const steps = (minutes: number): number => minutes * 4;
  const gauges = Object.entries(found.gauges ?? {}).map(([series, [good, ill]]) => ({
    series,
    values: `${good}x${steps(well) - 1} ${ill}x${steps(bad) - 1} ${good}x${steps(well) - 1}`,
  }));
  const counters = Object.entries(found.counters ?? {}).map(([series, [good, ill]]) => {
    const start = ill < 0 ? 1e12 : 0;
    const sick = start + good * steps(well);
    const signed = (step: number): string => (step < 0 ? String(step) : `+${step}`);
    const values = [
      `${start}${signed(good)}x${steps(well) - 1}`,
      `${sick}${signed(ill)}x${steps(bad) - 1}`,
      `${sick + ill * steps(bad)}${signed(good)}x${steps(well) - 1}`,
    ];
    return { series, values: values.join(' ') };
  });
  const firing = `sum without (level, category) (ALERTS{alertname="${alert}", alertstate="firing"})`;
  const labels = { alertname: alert, alertstate: 'firing', severity, ...found.labels };
  const text = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const check = (minute: number, fires: boolean): object => ({
    expr: firing,
    eval_time: `${Math.round(minute * 60)}s`,
    exp_samples: fires ? [{ labels: `{${text.join(', ')}}`, value: 1 }] : [],
  });
  return {
    name: alert,
    interval: '15s',
    input_series: [...gauges, ...counters],
    promql_expr_test: [
      check(well - 1, false),
      ...(wait >= 1 ? [check(well + wait / 2, false)] : []),
      check(found.event === undefined ? well + bad - 1 : well + 1, true),
      check(well + bad + well - 1, false),
    ],
  };
}

nativeTest(test, ['promtool'], 'promtool: every alert is silent, fires, and is over', (scratch) => {
  const files = alertFiles(fleet());
  const alerts = files.flatMap((file) => file.alerts);
  assert.equal(Object.keys(ALERT_CASES).sort(), alerts.map(({ alert }) => alert).sort());
  for (const file of files) writeFileSync(join(scratch, `${file.name}.yml`), ruleText(file));
  for (const { name, alerts } of files.filter((file) => file.alerts.length > 0)) {
    const tests = alerts.map((alert) => ruleTest(alert, ALERT_CASES[alert.alert]!));
    const names = ['agent.yml', `${name}.yml`];
    const path = join(scratch, `${name}-tests.json`);
    writeFileSync(path, JSON.stringify({ rule_files: names, evaluation_interval: '15s', tests }));
    const outcome = run(['promtool', 'test', 'rules', path], { seconds: 120 });
    assert.is(outcome.code, 0, outcome.output.slice(0, 6000));
  }
});

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
  const rules = alertFiles(site);
  for (const file of rules) writeFileSync(join(scratch, `${file.name}.yml`), ruleText(file));
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
    JSON.stringify({ rule_files: rules.map(({ name }) => `${name}.yml`), evaluation_interval: '1m', tests }),
  );
  const outcome = run(['promtool', 'test', 'rules', file], { seconds: 120 });
  assert.is(outcome.code, 0, outcome.output.slice(0, 3000));
});

test.run();
