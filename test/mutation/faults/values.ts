/** Values of a wrong kind, form or size. */
import { objectOf } from '../../../compiler/schema/table.ts';
import type { Base, Spot } from '../base.ts';
import { each, replace, replaceAll } from '../edits.ts';
import type { FaultClass, Site } from '../fault.ts';

/** Spots whose declared kind is one of these; lists by their items are left out. */
function typed(base: Base, ...types: readonly string[]): readonly Spot[] {
  return base.spots.filter(
    (spot) => spot.info !== undefined && types.includes(spot.info.type) && spot.key !== undefined && spot.data !== null,
  );
}

const replaced = (name: string, what: string, types: readonly string[], text: string): FaultClass => ({
  name,
  what,
  sites: (base) => replaceAll(typed(base, ...types), text),
});

/** Parameters and fields that hold lists. */
function lists(base: Base): readonly Spot[] {
  return base.spots.filter((spot) => Array.isArray(spot.data) && spot.info !== undefined && spot.key !== undefined);
}

/** Lists whose items are objects and nothing else. */
function objectLists(base: Base): readonly Spot[] {
  return lists(base).filter(
    (spot) =>
      spot.info!.object?.container === 'list' &&
      !spot.info!.type.startsWith('(') &&
      (spot.data as unknown[]).length > 0,
  );
}

const NUMBERS = ['int', 'port', 'int_or_auto'];

export const values: readonly FaultClass[] = [
  replaced('text-for-number', 'a word where a number is wanted', ['int', 'port'], 'many'),
  replaced('list-for-number', 'a list where a number is wanted', NUMBERS, '[ 1 ]'),
  replaced('fraction-for-integer', 'a fraction where a whole number is wanted', ['int', 'port'], '1.5'),
  replaced('text-for-boolean', 'a word where true or false is wanted', ['bool'], 'maybe'),
  replaced('number-for-boolean', 'a number where true or false is wanted', ['bool'], '2'),
  replaced(
    'map-for-text',
    'a map where text is wanted',
    ['string', 'password', 'username', 'identifier', 'path'],
    '{ value: x }',
  ),
  replaced(
    'list-for-text',
    'a list where text is wanted',
    ['string', 'password', 'username', 'identifier', 'path', 'enum'],
    '[ x ]',
  ),
  {
    name: 'text-for-list',
    what: 'a word where a list is wanted',
    sites: (base) => replaceAll(lists(base).filter(flow), 'something'),
  },
  {
    name: 'map-for-list',
    what: 'one object where a list of them is wanted',
    sites: (base) => replaceAll(objectLists(base).filter(flow), '{ name: x }'),
  },
  {
    name: 'list-without-brackets',
    what: 'a list of words as words with commas',
    sites: (base) =>
      replaceAll(
        lists(base).filter(
          (spot) =>
            flow(spot) &&
            (spot.data as unknown[]).every((item) => typeof item === 'string') &&
            spot.info!.type !== 'csv',
        ),
        'one, two'.replace(', ', ' and '),
      ),
  },
  {
    name: 'text-for-object',
    what: 'a word among the objects of a list',
    sites: (base) =>
      each(
        base.spots.filter(
          (spot) =>
            spot.holds !== undefined &&
            spot.key === undefined &&
            spot.parent?.info?.type.startsWith('(') === false &&
            flow(spot),
        ),
        (spot) => replace(spot, 'something'),
      ),
  },
  {
    name: 'number-for-map',
    what: 'a number where a map is wanted',
    sites: (base) =>
      replaceAll(
        base.spots.filter(
          (spot) =>
            spot.key !== undefined &&
            spot.info !== undefined &&
            isMap(spot.data) &&
            flow(spot) &&
            (spot.holds !== undefined || spot.info.object?.container === 'map' || spot.info.type === 'object'),
        ),
        '7',
      ),
  },
  {
    name: 'quoted-boolean',
    what: 'true or false in quotes',
    sites: (base) =>
      each(
        typed(base, 'bool').filter((spot) => typeof spot.data === 'boolean'),
        (spot, random) => replace(spot, `'${random.pick([String(spot.data), spot.data === true ? 'yes' : 'no'])}'`),
      ),
  },
  {
    name: 'quoted-number',
    what: 'a number in quotes',
    sites: (base) =>
      each(
        typed(base, 'int', 'port').filter((spot) => typeof spot.data === 'number'),
        (spot) => replace(spot, `'${String(spot.data)}'`),
      ),
  },
  {
    name: 'number-with-unit',
    what: 'a number with a unit it does not take',
    sites: (base) =>
      each(
        typed(base, 'int').filter((spot) => typeof spot.data === 'number'),
        (spot, random) => replace(spot, `${String(spot.data)}${random.pick(['s', 'MB', ' days', '%'])}`),
      ),
  },
  {
    name: 'number-with-separator',
    what: 'a number with a separator of thousands',
    sites: (base) =>
      each(
        typed(base, 'int', 'port').filter((spot) => typeof spot.data === 'number'),
        (spot, random) => replace(spot, random.pick(["'1,000'", '1.000e', '1 000'])),
      ),
  },
  {
    name: 'text-read-as-number',
    what: 'a password or comment that YAML 1.1 reads as another number (`0755`, `1:30`, `1.10`, `1e3`)',
    sites: (base) =>
      each(texts(base), (spot, random) => replace(spot, random.pick(['0755', '1:30', '1.10', '1_000', '0x1F']))),
  },
  {
    name: 'text-read-as-boolean',
    what: 'a password or comment that YAML 1.1 reads as true or false (`yes`, `off`)',
    sites: (base) =>
      each(texts(base), (spot, random) => replace(spot, random.pick(['yes', 'no', 'on', 'off', 'Yes', 'OFF']))),
  },
  {
    name: 'negative',
    what: 'a number below zero where none is',
    sites: (base) =>
      replaceAll(
        typed(base, 'port').concat(
          typed(base, 'int').filter((spot) =>
            /_seq$|_node$|^pool_size|^retention|^quorum$|^maxconn$|^vip_vrid$/.test(spot.name),
          ),
        ),
        '-3',
      ),
  },
  { name: 'port-too-large', what: 'a port above 65535', sites: (base) => replaceAll(typed(base, 'port'), '70000') },
  { name: 'port-zero', what: 'port 0', sites: (base) => replaceAll(typed(base, 'port'), '0') },
  {
    name: 'weight-too-large',
    what: 'a weight above 255',
    sites: (base) => [
      ...replaceAll(
        base.spots.filter((spot) => ['pg_weight', 'weight'].includes(spot.name)),
        '300',
      ),
    ],
  },
  {
    name: 'ratio-as-percentage',
    what: 'a ratio written in percent',
    sites: (base) =>
      replaceAll(
        typed(base, 'float').filter((spot) => /ratio/.test(spot.name)),
        '25',
      ),
  },
  {
    name: 'address-out-of-range',
    what: 'an IPv4 address with a part above 255',
    sites: (base) => addresses(base, (address) => address.replace(/\.\d+$/, '.300').replace(/\.\d+\//, '.300/')),
  },
  {
    name: 'address-cut',
    what: 'an IPv4 address of three parts',
    sites: (base) => addresses(base, (address) => address.replace(/\.\d+(?=\/|$)/, '')),
  },
  {
    name: 'address-mask',
    what: 'a mask above 32, or one where none belongs',
    sites: (base) =>
      addresses(base, (address) => (address.includes('/') ? address.replace(/\/\d+$/, '/33') : `${address}/24`)),
  },
  {
    name: 'relative-path',
    what: 'a path that does not begin with a slash',
    sites: (base) =>
      each(
        base.spots.filter(
          (spot) =>
            spot.info?.type === 'path' &&
            typeof spot.data === 'string' &&
            spot.data.startsWith('/') &&
            !['cert', 'key'].includes(spot.name),
        ),
        (spot) => replace(spot, (spot.data as string).slice(1)),
      ),
  },
  {
    name: 'bad-date',
    what: 'an expiry that is no date',
    sites: (base) =>
      each(
        base.spots.filter((spot) => spot.name === 'expire_at' && spot.key !== undefined),
        (spot, random) => replace(spot, random.pick(["'31.12.2030'", "'2030-13-40'", "'next year'", "'2030/12/31'"])),
      ),
  },
  {
    name: 'bad-duration',
    what: 'a duration without a known unit',
    sites: (base) =>
      replaceAll(
        base.spots.filter((spot) => spot.info?.type === 'duration' && typeof spot.data === 'string'),
        '5 fortnights',
      ),
  },
  {
    name: 'bad-size',
    what: 'a size without a known unit',
    sites: (base) =>
      replaceAll(
        base.spots.filter((spot) => spot.info?.type === 'size' && typeof spot.data === 'string'),
        '64 bananas',
      ),
  },
  {
    name: 'name-with-blank',
    what: 'a user name with a blank',
    sites: (base) => each(userNames(base), (spot) => replace(spot, `'${spot.data as string} x'`)),
  },
  {
    name: 'name-with-capitals',
    what: 'a user name with capitals',
    sites: (base) => each(userNames(base), (spot) => replace(spot, (spot.data as string).toUpperCase())),
  },
  {
    name: 'cluster-name-underscore',
    what: 'a cluster name with an underscore',
    sites: (base) =>
      each(
        base.of('pg_cluster').filter((spot) => typeof spot.data === 'string'),
        (spot) => replace(spot, `${String(spot.data)}_a`),
      ),
  },
];

/** Names of databases may be anything: they are always quoted. */
function userNames(base: Base): readonly Spot[] {
  return [...base.fields('user', 'name'), ...base.fields('role', 'name')].filter(
    (spot) => typeof spot.data === 'string',
  );
}

function flow(spot: Spot): boolean {
  return (spot.node as { readonly flow?: boolean } | null)?.flow === true;
}

function isMap(data: unknown): boolean {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

/** Plain text without a form of its own. */
function texts(base: Base): readonly Spot[] {
  return base.spots.filter(
    (spot) =>
      spot.key !== undefined &&
      typeof spot.data === 'string' &&
      ['comment', 'title', 'password'].includes(spot.name) &&
      objectOf(spot.object ?? '') !== undefined,
  );
}

function addresses(base: Base, wrong: (address: string) => string): readonly Site[] {
  const spots = base.spots.filter(
    (spot) =>
      typeof spot.data === 'string' &&
      /^\d+\.\d+\.\d+\.\d+(\/\d+)?$/.test(spot.data) &&
      spot.info !== undefined &&
      /^(ip|cidr|enum_or_cidr)$|upstream/.test(`${spot.info.type}`),
  );
  const hosts = base.hosts.filter((host) => /^\d+\.\d+\.\d+\.\d+$/.test(host.name));
  return [
    ...each(spots, (spot) =>
      spot.info!.type === 'enum_or_cidr' && !(spot.data as string).includes('/')
        ? undefined
        : replace(spot, wrong(spot.data as string)),
    ),
    ...each(hosts, (host) => ({ edits: [{ range: host.key, text: `⟦${wrong(host.name)}⟧` }] })),
  ];
}
