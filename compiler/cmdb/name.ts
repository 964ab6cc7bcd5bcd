/** How the command line names an inventory that is kept in the tables of a database. */

const CONNECTION = /^(?:postgres(?:ql)?:\/\/|service=)/;

/** True for the address of a database, where a file could be named as well. */
export function isConnection(path: string): boolean {
  return CONNECTION.test(path);
}

/** The address without passwords, as messages and reports name it. */
export function shownConnection(address: string): string {
  const [, scheme, user, rest] = /^(\w+:\/\/)([^]*)@([^]*)$/.exec(address) ?? [];
  const plain = scheme === undefined ? address : `${scheme}${user!.replace(/:[^]*$/, '')}@${rest!}`;
  const [place, query = ''] = plain.split(/\?([^]*)/, 2) as [string, string?];
  const settings = query.split('&').filter((setting) => setting !== '' && !/password=/i.test(setting));
  return settings.length === 0 ? place : `${place}?${settings.join('&')}`;
}
