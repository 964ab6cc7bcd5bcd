import { againstCluster } from './against-cluster.ts';
import type { Rule } from '../../rule.ts';
import { serverParameters } from './server-parameters.ts';
import { sessionParameters } from './session-parameters.ts';

export const settings: Rule = {
  codes: [
    'setting-against-cluster',
    'setting-range',
    'setting-no-effect',
    'setting-place',
    'setting-library',
    'setting-of-module',
    'setting-version',
    'setting-unknown',
    'setting-value',
    'setting-unit',
    'setting-list',
    'setting-minor',
  ],
  about:
    'Settings in `pg_parameters` and in `parameters` of roles and databases are known to the server, ' +
    'have values that it takes, and do not work against what the rest of the inventory declares.',
  *check(context) {
    yield* serverParameters(context);
    yield* sessionParameters(context);
    yield* againstCluster(context);
  },
};
