/** Options of the monitoring's programs: what compiler/programs/flags.ts takes, the program takes; what it refuses, the program refuses. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { flagsProblem } from '../../compiler/programs/flags.ts';
import { METRICS_PROGRAMS } from '../../compiler/programs/metrics-programs.ts';
import { nativeTest, run } from './node/checker.ts';

const test = suite('options of metrics programs');

/** Asks both about every sample; `accepts` is the program's word about options. */
function compare(
  name: string,
  good: readonly string[],
  bad: readonly string[],
  accepts: (words: readonly string[]) => boolean,
): void {
  for (const options of [...good, ...bad]) {
    const problem = flagsProblem(METRICS_PROGRAMS[name]!, options)?.found.problem;
    assert.is(problem === undefined, good.includes(options), `${name}: ${options}: ${problem ?? 'accepted'}`);
    assert.is(accepts(options.split(' ')), good.includes(options), `the program: ${options}`);
  }
}

for (const [program, name, good, bad] of [
  [
    'victoria-metrics',
    'vmetrics_options',
    [
      '-retentionPeriod=15d -promscrape.fileSDCheckInterval=5s',
      '--retentionPeriod=3 -memory.allowedPercent=40',
      '-retentionPeriod 1y -dedup.minScrapeInterval 15s -promscrape.dropOriginalLabels=false',
      '-search.maxConcurrentRequests=16 -loggerFormat=json -envflag.enable',
    ],
    [
      '-retentionPeriod=15days',
      '-retentionPeriodd=15d',
      '-retensionPeriod=15d',
      '-search.maxQueryDuration=120',
      '-search.maxQueryDuration=1d',
      '-dedup.minScrapeInterval 15sec',
      '-search.maxConcurrentRequests=many',
      '-promscrape.dropOriginalLabels=no',
      '--no-promscrape.dropOriginalLabels',
    ],
  ],
  [
    'vmalert',
    'vmalert_options',
    ['-external.url=http://a.example/x -rule.resendDelay=1m', '-remoteWrite.concurrency 4'],
    ['-rule.resendDelay=1', '-remoteWrite.concurrency=4s', '-external.ulr=http://a.example'],
  ],
] as const)
  nativeTest(test, [program], program, () =>
    compare(name, good, bad, (words) => run([program, ...words, '-version']).code === 0),
  );

// A configuration that is not there ends these once their options are read; kingpin's own refusals point to the help.
const accepts = (words: readonly string[]): boolean => !run(words).output.includes('try --help');

nativeTest(test, ['prometheus-alertmanager'], 'alertmanager', (scratch) =>
  compare(
    'alertmanager_options',
    [
      '--data.retention=120h --log.level=debug',
      '--data.retention 1h30m',
      '--cluster.peer=10.0.0.1:9094 --cluster.peer=10.0.0.2:9094',
    ],
    [
      '--data.retention=5d',
      '--data.retention 5',
      '-data.retention=120h',
      '--data.retentoin=120h',
      '--log.level=info --log.level=debug',
      'data.retention=120h',
      '--storage.path=/srv/alerts',
    ],
    (words) =>
      accepts([
        ...['prometheus-alertmanager', `--config.file=${scratch}/none`, `--storage.path=${scratch}`],
        ...['--web.listen-address=127.0.0.1:0', '--cluster.listen-address=', ...words],
      ]),
  ),
);

nativeTest(test, ['prometheus-blackbox-exporter'], 'blackbox exporter', (scratch) =>
  compare(
    'blackbox_options',
    ['--log.level=info', '--history.limit 20 --timeout-offset=0.5'],
    ['--history.limt=20', '--history.limit=2s', '-log.level=info', `--config.file=${scratch}/other`],
    (words) => accepts(['prometheus-blackbox-exporter', `--config.file=${scratch}/none`, ...words]),
  ),
);

test('switches of Prometheus’ family take no value', () => {
  const node = METRICS_PROGRAMS['node_exporter_options']!;
  assert.is(flagsProblem(node, '--no-collector.softnet --collector.tcpstat --collector.of.tomorrow=3'), undefined);
  assert.is(
    flagsProblem(node, '--collector.tcpstat=true')?.help,
    'write `--collector.tcpstat` or `--no-collector.tcpstat`',
  );
});

test.run();
