import { report } from '../../../../diagnostics/report.ts';
import { didYouMean } from '../../../../words/suggest.ts';
import { entries, integer, text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';

const TUNINGS = ['oltp.yml', 'olap.yml', 'crit.yml', 'tiny.yml'];

export const tuning: Rule = {
  codes: ['pg-conf-unknown', 'crit-watchdog'],
  about: 'A tuning template exists, and the strictest one has a watchdog.',
  *check(context) {
    for (const use of context.uses('pg_conf')) {
      const name = text(use.node);
      if (name === undefined) continue;
      if (!TUNINGS.includes(name))
        yield report(
          'pg-conf-unknown',
          use.node.span,
          { name },
          { help: didYouMean(name, TUNINGS) ?? `known: ${TUNINGS.join(', ')}` },
        );
      if (name !== 'crit.yml') continue;
      const host = use.hosts.find(
        (h) =>
          context.of(h).pgCluster.value !== '' &&
          context.of(h).patroniWatchdogMode.traced !== undefined &&
          context.of(h).patroniWatchdogMode.value === 'off',
      );
      if (host !== undefined) yield report('crit-watchdog', context.of(host).patroniWatchdogMode.span, {});
    }
  },
};

export const platformVersion: Rule = {
  codes: ['pg-version-unavailable'],
  about: 'The platform has packages of the major version.',
  *check(context) {
    for (const use of context.uses('pg_version')) {
      const version = integer(use.node);
      if (version !== undefined && version >= 14 && version <= 19 && !context.platform.pgMajors.includes(version)) {
        yield report('pg-version-unavailable', use.node.span, {
          version,
          platform: context.platform.name,
          known: context.platform.pgMajors.join(', '),
        });
      }
    }
  },
};

export const connections: Rule = {
  codes: ['pg-max-conn'],
  about: 'There are connections enough for what the cluster itself needs.',
  *check(context) {
    for (const use of context.uses('pg_max_conn')) {
      const count = integer(use.node);
      if (count !== undefined && count < 20) yield report('pg-max-conn', use.node.span, { value: count });
    }
  },
};

export const sharedBuffers: Rule = {
  codes: ['pg-shared-buffer-ratio'],
  about: 'The share of memory for shared buffers is a usual one.',
  *check(context) {
    for (const use of context.uses('pg_shared_buffer_ratio')) {
      const ratio = Number(text(use.node));
      if (Number.isFinite(ratio) && (ratio < 0.1 || ratio > 0.4))
        yield report('pg-shared-buffer-ratio', use.node.span, { value: ratio });
    }
  },
};

export const passwordEncryption: Rule = {
  codes: ['pwdenc-md5'],
  about: 'Passwords are stored as SCRAM verifiers.',
  *check(context) {
    for (const use of context.uses('pg_pwd_enc'))
      if (text(use.node) === 'md5') yield report('pwdenc-md5', use.node.span, {});
  },
};

export const sodiumKey: Rule = {
  codes: ['pgsodium-key'],
  about: 'The key of pgsodium is 32 bytes in hexadecimal.',
  *check(context) {
    for (const use of context.uses('pgsodium_key')) {
      const key = text(use.node);
      if (key !== undefined && key !== '' && !/^[0-9a-fA-F]{64}$/.test(key))
        yield report('pgsodium-key', use.node.span, { length: key.length });
    }
  },
};

export const ioMethod: Rule = {
  codes: ['pg-io-method-ignored'],
  about: 'The I/O method is a setting of PostgreSQL 18 and later.',
  *check(context) {
    for (const use of context.uses('pg_io_method')) {
      const host = use.hosts.find(
        (h) => context.of(h).pgCluster.value !== '' && (context.of(h).pgVersion.value ?? 18) < 18,
      );
      if (host !== undefined && text(use.node) !== 'auto' && use.traced.origin.scope !== 'all') {
        yield report('pg-io-method-ignored', use.node.span, { version: context.of(host).pgVersion.text });
      }
    }
  },
};

export const parameters: Rule = {
  codes: ['pg-parameter-value'],
  about: 'Server parameters become one line each in a configuration file.',
  *check(context) {
    for (const use of context.uses('pg_parameters')) {
      for (const { key, value } of entries(use.node)) {
        if (value.kind === 'scalar' && typeof value.value === 'string' && /[\r\n]/.test(value.value))
          yield report('pg-parameter-value', value.span, { name: key.text, problem: 'lines' });
        else if (!/^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)?$/.test(key.text))
          yield report('pg-parameter-value', key.span, { name: key.text, problem: 'no-name' });
      }
    }
  },
};

/** Checks of single parameters of the database server. */
export const SETTINGS: readonly Rule[] = [
  tuning,
  platformVersion,
  connections,
  sharedBuffers,
  passwordEncryption,
  sodiumKey,
  ioMethod,
  parameters,
];
