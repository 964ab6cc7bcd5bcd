import { report } from '../../../../diagnostics/report.ts';
import { isPasswordHash } from '../../../../model/stored-password.ts';
import { text } from '../../nodes.ts';
import type { Rule } from '../../rule.ts';
import { leaves } from '../shape/leaves.ts';

/** Beginnings that nobody gives a password, and too much of an MD5 hash for chance. */
const MEANT_AS_HASH = /^(?:SCRAM-SHA-256\$|md5[0-9a-fA-F]{16})/;

export const verifierMalformed: Rule = {
  codes: ['verifier-malformed'],
  about: 'PostgreSQL takes a text that is no verifier for the password itself.',
  *check(context) {
    for (const { node, name, info } of leaves(context)) {
      if (info.secret !== true || typeof node.value !== 'string' || !MEANT_AS_HASH.test(node.value)) continue;
      if (!isPasswordHash(node.value)) yield report('verifier-malformed', node.span, { name });
    }
  },
};

/** Passwords that programs log in with. */
const LOGINS = ['pg_admin_password', 'pg_dbsu_password', 'pg_monitor_password', 'pg_replication_password'] as const;

export const verifierForLogin: Rule = {
  codes: ['verifier-for-login'],
  about: 'From a verifier nobody can log in.',
  *check(context) {
    for (const name of LOGINS) {
      for (const { node } of context.uses(name))
        if (isPasswordHash(text(node) ?? '')) yield report('verifier-for-login', node.span, { name });
    }
  },
};
