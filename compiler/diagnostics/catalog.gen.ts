// Generated from compiler/diagnostics/messages/ by `npm run gen`. Do not edit.
import type { Severity } from './diagnostic.ts';

export type Code =
  | 'PIG0001'
  | 'PIG0002'
  | 'PIG0003'
  | 'PIG0004'
  | 'PIG0005'
  | 'PIG0006'
  | 'PIG0007'
  | 'PIG0008'
  | 'PIG0010'
  | 'PIG0011'
  | 'PIG0012'
  | 'PIG0013'
  | 'PIG0014'
  | 'PIG0015'
  | 'PIG0020'
  | 'PIG1001'
  | 'PIG1002'
  | 'PIG1003'
  | 'PIG1004'
  | 'PIG1005'
  | 'PIG1006'
  | 'PIG1007'
  | 'PIG1008'
  | 'PIG1009'
  | 'PIG1010'
  | 'PIG1011'
  | 'PIG1012'
  | 'PIG1013'
  | 'PIG1014'
  | 'PIG1015'
  | 'PIG1016'
  | 'PIG1017'
  | 'PIG1018'
  | 'PIG1019'
  | 'PIG1020'
  | 'PIG1021'
  | 'PIG1022'
  | 'PIG1023'
  | 'PIG1024'
  | 'PIG1025'
  | 'PIG1026'
  | 'PIG1027'
  | 'PIG1030'
  | 'PIG1101'
  | 'PIG1102'
  | 'PIG1103'
  | 'PIG1104'
  | 'PIG1105'
  | 'PIG1106'
  | 'PIG1107'
  | 'PIG1108'
  | 'PIG1109'
  | 'PIG1110'
  | 'PIG1111'
  | 'PIG1112'
  | 'PIG1201'
  | 'PIG1202'
  | 'PIG1203'
  | 'PIG1204'
  | 'PIG1205'
  | 'PIG1206'
  | 'PIG1207'
  | 'PIG1208'
  | 'PIG1209'
  | 'PIG1210'
  | 'PIG1212'
  | 'PIG1213'
  | 'PIG1214'
  | 'PIG1215'
  | 'PIG1216'
  | 'PIG1217'
  | 'PIG1218'
  | 'PIG1219'
  | 'PIG1220'
  | 'PIG1221'
  | 'PIG1222'
  | 'PIG1223'
  | 'PIG1224'
  | 'PIG1225'
  | 'PIG1226'
  | 'PIG1227'
  | 'PIG2001'
  | 'PIG2002'
  | 'PIG2003'
  | 'PIG2004'
  | 'PIG3001'
  | 'PIG3002'
  | 'PIG3003'
  | 'PIG3004'
  | 'PIG3005'
  | 'PIG3006'
  | 'PIG3007'
  | 'PIG4001'
  | 'PIG4002'
  | 'PIG4003'
  | 'PIG4010'
  | 'PIG4011'
  | 'PIG4012'
  | 'PIG4013'
  | 'PIG4014'
  | 'PIG4015'
  | 'PIG4016'
  | 'PIG4020'
  | 'PIG4021'
  | 'PIG4022'
  | 'PIG4023'
  | 'PIG4024'
  | 'PIG4025'
  | 'PIG4030'
  | 'PIG4031'
  | 'PIG4032'
  | 'PIG4033'
  | 'PIG4034'
  | 'PIG4035'
  | 'PIG4040'
  | 'PIG5001'
  | 'PIG5002'
  | 'PIG5003'
  | 'PIG5004'
  | 'PIG5005'
  | 'PIG5006'
  | 'PIG5007'
  | 'PIG5008'
  | 'PIG5009'
  | 'PIG5011'
  | 'PIG5101'
  | 'PIG5102'
  | 'PIG5103'
  | 'PIG5104'
  | 'PIG5105'
  | 'PIG5106'
  | 'PIG5107'
  | 'PIG5108'
  | 'PIG5109'
  | 'PIG5110'
  | 'PIG5111'
  | 'PIG5112'
  | 'PIG5113'
  | 'PIG5114'
  | 'PIG5115'
  | 'PIG5116'
  | 'PIG5201'
  | 'PIG5202'
  | 'PIG5203'
  | 'PIG5204'
  | 'PIG5205'
  | 'PIG5206'
  | 'PIG5210'
  | 'PIG5211'
  | 'PIG5212'
  | 'PIG5213'
  | 'PIG5214'
  | 'PIG5217'
  | 'PIG5218'
  | 'PIG5220'
  | 'PIG5221'
  | 'PIG5222'
  | 'PIG5223'
  | 'PIG5224'
  | 'PIG5301'
  | 'PIG5302'
  | 'PIG5303'
  | 'PIG5304'
  | 'PIG5305'
  | 'PIG5306'
  | 'PIG5307'
  | 'PIG5308'
  | 'PIG5401'
  | 'PIG5403'
  | 'PIG5404'
  | 'PIG5405'
  | 'PIG5406'
  | 'PIG5407'
  | 'PIG5408'
  | 'PIG5409'
  | 'PIG5410'
  | 'PIG5411'
  | 'PIG5412'
  | 'PIG5413'
  | 'PIG5414'
  | 'PIG5415'
  | 'PIG5416'
  | 'PIG5417'
  | 'PIG5418'
  | 'PIG5419'
  | 'PIG5420'
  | 'PIG5421'
  | 'PIG5422'
  | 'PIG5423'
  | 'PIG5430'
  | 'PIG5431'
  | 'PIG5432'
  | 'PIG5433'
  | 'PIG5434'
  | 'PIG5435'
  | 'PIG5436'
  | 'PIG5437'
  | 'PIG5438'
  | 'PIG5440'
  | 'PIG5441'
  | 'PIG5442'
  | 'PIG5443'
  | 'PIG5444'
  | 'PIG5445'
  | 'PIG5446'
  | 'PIG5447'
  | 'PIG5448'
  | 'PIG5449'
  | 'PIG5450'
  | 'PIG5451'
  | 'PIG5452'
  | 'PIG5453'
  | 'PIG5454'
  | 'PIG5460'
  | 'PIG5461'
  | 'PIG5462'
  | 'PIG5463'
  | 'PIG5464'
  | 'PIG5465'
  | 'PIG5466'
  | 'PIG5467'
  | 'PIG5468'
  | 'PIG5469'
  | 'PIG5470'
  | 'PIG5471'
  | 'PIG5472'
  | 'PIG5473'
  | 'PIG5474'
  | 'PIG5502'
  | 'PIG5503'
  | 'PIG5504'
  | 'PIG5505'
  | 'PIG5506'
  | 'PIG5507'
  | 'PIG5508'
  | 'PIG5509'
  | 'PIG5510'
  | 'PIG5511'
  | 'PIG5512'
  | 'PIG5513'
  | 'PIG5520'
  | 'PIG5521'
  | 'PIG5522'
  | 'PIG5523'
  | 'PIG5524'
  | 'PIG5525'
  | 'PIG5526'
  | 'PIG5527'
  | 'PIG5528'
  | 'PIG5529'
  | 'PIG5530'
  | 'PIG5531'
  | 'PIG5539'
  | 'PIG5540'
  | 'PIG5541'
  | 'PIG5601'
  | 'PIG5602'
  | 'PIG5603'
  | 'PIG5604'
  | 'PIG5605'
  | 'PIG5606'
  | 'PIG5607'
  | 'PIG5608'
  | 'PIG5609'
  | 'PIG5610'
  | 'PIG5611'
  | 'PIG5612'
  | 'PIG5613'
  | 'PIG5614'
  | 'PIG5615'
  | 'PIG5616'
  | 'PIG5617'
  | 'PIG5618'
  | 'PIG5619'
  | 'PIG5620'
  | 'PIG5621'
  | 'PIG5622'
  | 'PIG5701'
  | 'PIG5702'
  | 'PIG5703'
  | 'PIG5704'
  | 'PIG5705'
  | 'PIG5706'
  | 'PIG5707'
  | 'PIG5708'
  | 'PIG5710'
  | 'PIG5711'
  | 'PIG5712'
  | 'PIG5713'
  | 'PIG5714'
  | 'PIG5715'
  | 'PIG5716'
  | 'PIG5717'
  | 'PIG5718'
  | 'PIG5720'
  | 'PIG5801'
  | 'PIG5802'
  | 'PIG5803'
  | 'PIG5804'
  | 'PIG5805'
  | 'PIG5806'
  | 'PIG5807'
  | 'PIG5808'
  | 'PIG5809'
  | 'PIG5810'
  | 'PIG5811'
  | 'PIG5812'
  | 'PIG5813'
  | 'PIG5814'
  | 'PIG5815'
  | 'PIG5816'
  | 'PIG5901'
  | 'PIG5902'
  | 'PIG5903'
  | 'PIG5904'
  | 'PIG5905'
  | 'PIG5906'
  | 'PIG5907'
  | 'PIG5908'
  | 'PIG5910'
  | 'PIG5911'
  | 'PIG5912'
  | 'PIG5913'
  | 'PIG5914'
  | 'PIG5915'
  | 'PIG5916'
  | 'PIG5917'
  | 'PIG5918'
  | 'PIG5920'
  | 'PIG5921'
  | 'PIG5922'
  | 'PIG5923'
  | 'PIG5924'
  | 'PIG5925'
  | 'PIG5926'
  | 'PIG5927'
  | 'PIG5928'
  | 'PIG5929'
  | 'PIG5930'
  | 'PIG5931'
  | 'PIG5932'
  | 'PIG5940'
  | 'PIG5941'
  | 'PIG5942'
  | 'PIG5943'
  | 'PIG5944'
  | 'PIG5945'
  | 'PIG5946'
  | 'PIG5947'
  | 'PIG5948'
  | 'PIG5960'
  | 'PIG5961'
  | 'PIG5962'
  | 'PIG5963'
  | 'PIG5964'
  | 'PIG5965'
  | 'PIG5966'
  | 'PIG5967'
  | 'PIG5968'
  | 'PIG5969'
  | 'PIG5970'
  | 'PIG5971'
  | 'PIG5972'
  | 'PIG5973'
  | 'PIG5974'
  | 'PIG5975'
  | 'PIG7001'
  | 'PIG8001'
  | 'PIG9001'
  | 'PIG9002'
  | 'PIG9003'
  | 'PIG9004'
  | 'PIG9010'
  | 'PIG9011'
  | 'PIG9012'
  | 'PIG9013'
  | 'PIG9014'
  | 'PIG9015'
  | 'PIG9016'
  | 'PIG9101'
  | 'PIG9102'
  | 'PIG9103'
  | 'PIG9104'
  | 'PIG9105'
  | 'PIG9106'
  | 'PIG9201'
  | 'PIG9202'
  | 'PIG9203'
  | 'PIG9204'
  | 'PIG9205'
  | 'PIG9206'
  | 'PIG9207'
  | 'PIG9208'
  | 'PIG9209'
  | 'PIG9210'
  | 'PIG9211';

/** Arguments of each message, by slug. */
export interface Arguments {
  readonly 'unreadable-file': { readonly path: string | number; readonly reason: string | number };
  readonly 'limit-matches-nothing': { readonly pattern: string | number };
  readonly 'not-utf8': { readonly path: string | number; readonly offset: string | number };
  readonly 'bad-facts-file': { readonly path: string | number };
  readonly 'unknown-platform': { readonly name: string | number; readonly known: string | number };
  readonly 'cannot-write': { readonly path: string | number; readonly reason: string | number };
  readonly 'asset-missing': { readonly path: string | number; readonly parameter: string | number };
  readonly 'asset-refused': { readonly parameter: string | number; readonly path: string | number; readonly reason: string | number };
  readonly 'suppression-syntax': ({ readonly problem: 'word'; readonly word: string | number } | { readonly problem: 'no-code' });
  readonly 'suppression-unknown-code': { readonly code: string | number };
  readonly 'suppression-no-reason': { readonly codes: string | number };
  readonly 'suppression-refused': { readonly code: string | number; readonly slug: string | number; readonly why: string | number };
  readonly 'suppression-unused': { readonly code: string | number; readonly where: string | number };
  readonly 'inventory-program': { readonly path: string | number };
  readonly 'absent-values': { readonly count: string | number };
  readonly 'unclosed-bracket': { readonly open: string | number; readonly closer: string | number };
  readonly 'mismatched-bracket': { readonly expected: string | number; readonly found: string | number };
  readonly 'unmatched-bracket': { readonly bracket: string | number };
  readonly 'missing-comma': { readonly closer: string | number; readonly found: string | number };
  readonly 'tab-indentation': Readonly<Record<never, never>>;
  readonly 'unclosed-quote': { readonly quote: string | number };
  readonly 'bad-indentation': { readonly text: string | number; readonly indent: string | number };
  readonly 'missing-colon': { readonly line: string | number };
  readonly 'missing-key': Readonly<Record<never, never>>;
  readonly 'colon-in-value': Readonly<Record<never, never>>;
  readonly 'reserved-character': { readonly character: string | number };
  readonly 'text-after-value': { readonly found: string | number };
  readonly 'collection-on-key-line': { readonly indicator: string | number };
  readonly 'item-among-keys': Readonly<Record<never, never>>;
  readonly 'collection-as-key': { readonly kind: string | number };
  readonly 'duplicate-key': { readonly key: string | number };
  readonly 'bad-merge-key': Readonly<Record<never, never>>;
  readonly 'unknown-alias': { readonly name: string | number } & ({ readonly what: 'open'; readonly name: string | number } | { readonly what: 'absent'; readonly name: string | number });
  readonly 'too-many-aliases': { readonly limit: string | number };
  readonly 'nesting-too-deep': { readonly limit: string | number };
  readonly 'multiple-documents': Readonly<Record<never, never>>;
  readonly 'unknown-tag': { readonly tag: string | number };
  readonly 'invalid-scalar': { readonly text: string | number } & ({ readonly reason: 'reserved' } | { readonly reason: 'merge' } | { readonly reason: 'date' } | { readonly reason: 'digits'; readonly text: string | number } | { readonly reason: 'tag'; readonly tag: string | number });
  readonly 'unknown-escape': { readonly escape: string | number };
  readonly 'bad-block-scalar': { readonly header: string | number };
  readonly 'control-character': { readonly code: string | number };
  readonly 'duplicate-anchor': { readonly name: string | number };
  readonly 'ini-line': ({ readonly problem: 'no-section'; readonly line: string | number } | { readonly problem: 'section-kind'; readonly kind: string | number } | { readonly problem: 'open-quote' } | { readonly problem: 'no-host'; readonly word: string | number } | { readonly problem: 'no-assignment'; readonly word: string | number } | { readonly problem: 'no-variable'; readonly line: string | number } | { readonly problem: 'no-group'; readonly line: string | number });
  readonly 'empty-inventory': Readonly<Record<never, never>>;
  readonly 'not-an-inventory': { readonly kind: string | number };
  readonly 'bad-group': { readonly group: string | number; readonly kind: string | number };
  readonly 'bad-group-section': { readonly section: string | number; readonly group: string | number; readonly kind: string | number };
  readonly 'unknown-group-key': { readonly key: string | number; readonly group: string | number };
  readonly 'bad-host-vars': { readonly host: string | number; readonly kind: string | number };
  readonly 'bad-host-name': { readonly name: string | number; readonly kind: string | number };
  readonly 'bad-group-name': { readonly name: string | number; readonly kind: string | number };
  readonly 'group-named-like-host': { readonly name: string | number };
  readonly 'bad-vars-file': { readonly owner: string | number; readonly kind: string | number };
  readonly 'vars-of-nobody': { readonly kind: string | number; readonly name: string | number };
  readonly 'foreign-inventory': ({ readonly what: 'kubernetes' } | { readonly what: 'postgresql-conf' } | { readonly what: 'pg-hba-conf' } | { readonly what: 'ansible-cfg' } | { readonly what: 'patroni' } | { readonly what: 'tpa' } | { readonly what: 'plugin' } | { readonly what: 'kubespray' } | { readonly what: 'autobase' } | { readonly what: 'ceph' } | { readonly what: 'openstack' } | { readonly what: 'playbook' } | { readonly what: 'compose' } | { readonly what: 'variables' } | { readonly what: 'other' });
  readonly 'missing-field': { readonly object: string | number; readonly field: string | number };
  readonly 'unknown-field': { readonly object: string | number; readonly field: string | number };
  readonly 'unknown-parameter': { readonly name: string | number };
  readonly 'custom-variable': { readonly name: string | number };
  readonly 'bad-enum': { readonly name: string | number; readonly value: string | number };
  readonly 'wrong-type': { readonly name: string | number; readonly expected: string | number; readonly got: string | number };
  readonly 'bad-format': { readonly name: string | number; readonly value: string | number; readonly expected: string | number };
  readonly 'out-of-range': { readonly name: string | number; readonly value: string | number; readonly limit: string | number };
  readonly 'quoted-boolean': { readonly name: string | number; readonly value: string | number };
  readonly 'quoted-number': { readonly name: string | number; readonly value: string | number };
  readonly 'misread-text': { readonly name: string | number; readonly read: string | number };
  readonly 'wrong-level': { readonly name: string | number; readonly wanted: string | number };
  readonly 'module-not-compiled': { readonly name: string | number; readonly module: string | number };
  readonly 'cluster-list-at-host': { readonly name: string | number; readonly host: string | number; readonly cluster: string | number };
  readonly 'component-unavailable': { readonly platform: string | number; readonly component: string | number; readonly name: string | number };
  readonly 'remark-ignored': { readonly field: string | number; readonly object: string | number };
  readonly 'near-parameter': { readonly name: string | number };
  readonly 'comma-in-value': { readonly name: string | number };
  readonly 'no-value': { readonly name: string | number };
  readonly 'anchor-not-value': { readonly name: string | number };
  readonly 'misread-number': { readonly name: string | number; readonly written: string | number; readonly value: string | number; readonly how: string | number };
  readonly 'unfilled-secret': { readonly name: string | number };
  readonly 'hidden-character': { readonly name: string | number; readonly character: string | number };
  readonly 'option-line': { readonly name: string | number } & ({ readonly problem: 'no-option'; readonly word: string | number } | { readonly problem: 'no-directive'; readonly word: string | number } | { readonly problem: 'no-keyword'; readonly word: string | number } | { readonly problem: 'no-timeout'; readonly word: string | number } | { readonly problem: 'needs-name'; readonly word: string | number } | { readonly problem: 'needs-value'; readonly option: string | number } | { readonly problem: 'not-known'; readonly option: string | number; readonly value: string | number } | { readonly problem: 'needs-time'; readonly option: string | number; readonly value: string | number } | { readonly problem: 'needs-number'; readonly option: string | number; readonly value: string | number } | { readonly problem: 'number-from'; readonly option: string | number; readonly least: string | number; readonly value: string | number } | { readonly problem: 'number-between'; readonly option: string | number; readonly least: string | number; readonly most: string | number; readonly value: string | number } | { readonly problem: 'no-time'; readonly timeout: string | number } | { readonly problem: 'not-a-time'; readonly timeout: string | number; readonly value: string | number } | { readonly problem: 'behind-time'; readonly word: string | number; readonly timeout: string | number; readonly time: string | number } | { readonly problem: 'needs-address'; readonly directive: string | number } | { readonly problem: 'comment' } | { readonly problem: 'no-encoding'; readonly encoding: string | number } | { readonly problem: 'no-day'; readonly day: string | number } | { readonly problem: 'no-hour'; readonly time: string | number } | { readonly problem: 'no-target'; readonly target: string | number });
  readonly 'remark-in-value': { readonly name: string | number };
  readonly 'no-effect': { readonly name: string | number };
  readonly 'bad-host-range': { readonly name: string | number; readonly reason: string | number };
  readonly 'group-cycle': { readonly group: string | number; readonly path: string | number };
  readonly 'bad-group-priority': { readonly value: string | number };
  readonly 'too-many-hosts': { readonly limit: string | number };
  readonly 'renamed-parameter': { readonly old: string | number; readonly name: string | number; readonly since: string | number };
  readonly 'removed-parameter': { readonly old: string | number; readonly since: string | number };
  readonly 'rewrite-parameter': { readonly old: string | number; readonly name: string | number; readonly since: string | number };
  readonly 'old-and-new-name': { readonly old: string | number; readonly name: string | number };
  readonly 'old-value': { readonly name: string | number; readonly value: string | number; readonly present: string | number };
  readonly 'renamed-field': { readonly old: string | number; readonly object: string | number; readonly name: string | number; readonly since: string | number };
  readonly 'removed-field': { readonly old: string | number; readonly object: string | number; readonly since: string | number };
  readonly 'vault-password-missing': Readonly<Record<never, never>>;
  readonly 'vault-password-wrong': Readonly<Record<never, never>>;
  readonly 'vault-malformed': Readonly<Record<never, never>>;
  readonly 'unknown-placeholder': { readonly placeholder: string | number };
  readonly 'unresolved-placeholder': { readonly placeholder: string | number; readonly source: string | number; readonly host: string | number };
  readonly 'placeholder-not-alone': { readonly placeholder: string | number };
  readonly 'placeholder-not-expanded': { readonly placeholder: string | number; readonly name: string | number };
  readonly 'unset-environment': { readonly name: string | number };
  readonly 'unreadable-reference': { readonly path: string | number };
  readonly 'circular-value': { readonly name: string | number };
  readonly 'jinja-syntax': { readonly what: string | number };
  readonly 'jinja-unsupported': { readonly what: string | number };
  readonly 'jinja-undefined': { readonly name: string | number; readonly host: string | number };
  readonly 'jinja-failed': { readonly what: string | number };
  readonly 'jinja-run-time': { readonly variable: string | number; readonly name: string | number };
  readonly 'expression-too-large': { readonly what: string | number };
  readonly 'selector-syntax': ({ readonly what: 'not-closed'; readonly bracket: string | number } | { readonly what: 'assignment' } | { readonly what: 'ends' } | { readonly what: 'unexpected'; readonly word: string | number });
  readonly 'selector-unknown-field': { readonly field: string | number };
  readonly 'selector-selects-nobody': Readonly<Record<never, never>>;
  readonly 'selector-not-members': Readonly<Record<never, never>>;
  readonly 'selector-bare-word': { readonly word: string | number };
  readonly 'selector-failed': { readonly reason: string | number };
  readonly 'secret-misplaced': { readonly name: string | number };
  readonly 'admin-ip': ({ readonly problem: 'missing' } | { readonly problem: 'no-address'; readonly address: string | number });
  readonly 'version-missing': Readonly<Record<never, never>>;
  readonly 'host-not-ipv4': { readonly host: string | number };
  readonly 'empty-group': { readonly name: string | number };
  readonly 'host-in-two-clusters': { readonly host: string | number; readonly name: string | number; readonly first: string | number; readonly second: string | number };
  readonly 'default-secret': { readonly count: string | number };
  readonly 'address-duplicate': { readonly host: string | number; readonly first: string | number; readonly address: string | number };
  readonly 'address-unreachable': { readonly address: string | number } & ({ readonly problem: 'nobody' } | { readonly problem: 'reserved' } | { readonly problem: 'multicast' } | { readonly problem: 'own' });
  readonly 'admin-nobody': { readonly address: string | number };
  readonly 'version-differs': ({ readonly problem: 'none'; readonly written: string | number; readonly present: string | number } | { readonly problem: 'newer'; readonly written: string | number; readonly present: string | number } | { readonly problem: 'changed'; readonly written: string | number; readonly count: string | number });
  readonly 'infra-seq': { readonly host: string | number } & ({ readonly problem: 'missing' } | { readonly problem: 'no-number'; readonly seq: string | number });
  readonly 'infra-seq-duplicate': { readonly seq: string | number; readonly first: string | number };
  readonly 'infra-group-missing': Readonly<Record<never, never>>;
  readonly 'admin-not-infra': { readonly address: string | number };
  readonly 'portal-domain': { readonly domain: string | number };
  readonly 'portal-skipped': { readonly name: string | number };
  readonly 'portal-source': { readonly name: string | number } & ({ readonly problem: 'none' } | { readonly problem: 'two' });
  readonly 'portal-no-home': Readonly<Record<never, never>>;
  readonly 'portal-certificate': { readonly name: string | number; readonly have: string | number; readonly missing: string | number };
  readonly 'certbot': ({ readonly problem: 'no-site' } | { readonly problem: 'no-email' });
  readonly 'repo-module-unknown': { readonly tag: string | number; readonly name: string | number };
  readonly 'repo-baseurl': { readonly name: string | number };
  readonly 'repo-never-used': { readonly name: string | number };
  readonly 'scrape-timeout': { readonly timeout: string | number; readonly interval: string | number };
  readonly 'vmalert-without-metrics': { readonly host: string | number };
  readonly 'repo-unsigned': { readonly url: string | number; readonly name: string | number };
  readonly 'vip-address': ({ readonly problem: 'missing'; readonly host: string | number } | { readonly problem: 'no-address'; readonly address: string | number } | { readonly problem: 'taken'; readonly address: string | number; readonly host: string | number });
  readonly 'vip-vrid': { readonly host: string | number };
  readonly 'vip-vrid-conflict': ({ readonly problem: 'differs'; readonly one: string | number; readonly other: string | number; readonly address: string | number } | { readonly problem: 'same'; readonly address: string | number; readonly other: string | number; readonly vrid: string | number });
  readonly 'vip-two-masters': { readonly host: string | number; readonly address: string | number; readonly first: string | number };
  readonly 'vip-auth-length': Readonly<Record<never, never>>;
  readonly 'vip-network': { readonly address: string | number };
  readonly 'nodename-duplicate': { readonly host: string | number; readonly first: string | number; readonly name: string | number };
  readonly 'nodename-ignored': { readonly written: string | number; readonly name: string | number };
  readonly 'hugepage-limit': { readonly count: string | number; readonly host: string | number };
  readonly 'sysctl-nr-open': { readonly value: string | number; readonly least: string | number };
  readonly 'crontab-line': ({ readonly problem: 'nickname'; readonly word: string | number } | { readonly problem: 'incomplete' } | { readonly problem: 'incomplete-with-user' } | { readonly problem: 'no-times' } & ({ readonly field: 'none'; readonly part: string | number; readonly text: string | number } | { readonly field: 'step'; readonly step: string | number; readonly part: string | number } | { readonly field: 'value'; readonly value: string | number; readonly part: string | number; readonly least: string | number; readonly most: string | number } | { readonly field: 'range'; readonly range: string | number; readonly part: string | number }) | { readonly problem: 'no-times-with-user' } & ({ readonly field: 'none'; readonly part: string | number; readonly text: string | number } | { readonly field: 'step'; readonly step: string | number; readonly part: string | number } | { readonly field: 'value'; readonly value: string | number; readonly part: string | number; readonly least: string | number; readonly most: string | number } | { readonly field: 'range'; readonly range: string | number; readonly part: string | number }) | { readonly problem: 'time' } & ({ readonly field: 'none'; readonly part: string | number; readonly text: string | number } | { readonly field: 'step'; readonly step: string | number; readonly part: string | number } | { readonly field: 'value'; readonly value: string | number; readonly part: string | number; readonly least: string | number; readonly most: string | number } | { readonly field: 'range'; readonly range: string | number; readonly part: string | number }));
  readonly 'crontab-command': ({ readonly problem: 'never'; readonly day: string | number } | { readonly problem: 'no-user'; readonly word: string | number } | { readonly problem: 'unknown-user'; readonly user: string | number; readonly host: string | number } | { readonly problem: 'own-table'; readonly first: string | number } | { readonly problem: 'percent' } | { readonly problem: 'backup-type'; readonly type: string | number } | { readonly problem: 'backups-off' });
  readonly 'firewall-off': { readonly effect: string | number };
  readonly 'haproxy-service-name': { readonly name: string | number } & ({ readonly problem: 'twice' } | { readonly problem: 'of-cluster'; readonly cluster: string | number });
  readonly 'ssh-port-closed': { readonly host: string | number; readonly port: string | number };
  readonly 'connection-password': { readonly name: string | number };
  readonly 'connection-left-out': { readonly name: string | number; readonly reason: string | number };
  readonly 'host-key-unchecked': { readonly option: string | number };
  readonly 'etcd-seq': { readonly host: string | number } & ({ readonly problem: 'missing' } | { readonly problem: 'no-number'; readonly seq: string | number });
  readonly 'etcd-seq-duplicate': { readonly seq: string | number; readonly first: string | number };
  readonly 'etcd-group-missing': { readonly cluster: string | number };
  readonly 'etcd-cluster-name': { readonly name: string | number };
  readonly 'etcd-member-count': { readonly count: string | number; readonly advice: string | number };
  readonly 'etcd-timing': { readonly election: string | number; readonly heartbeat: string | number };
  readonly 'etcd-port-differs': { readonly name: string | number; readonly port: string | number; readonly other: string | number; readonly peer: string | number };
  readonly 'dcs-elsewhere': { readonly cluster: string | number };
  readonly 'pg-cluster-name': { readonly name: string | number };
  readonly 'pg-identity-missing': { readonly host: string | number; readonly cluster: string | number; readonly missing: string | number };
  readonly 'pg-cluster-missing': { readonly host: string | number };
  readonly 'pg-seq-duplicate': { readonly seq: string | number; readonly cluster: string | number; readonly first: string | number };
  readonly 'pg-no-primary': { readonly cluster: string | number };
  readonly 'pg-two-primaries': { readonly cluster: string | number; readonly host: string | number; readonly first: string | number };
  readonly 'pg-group-name': { readonly group: string | number; readonly name: string | number };
  readonly 'pg-instances-ignored': Readonly<Record<never, never>>;
  readonly 'pg-members-differ': { readonly name: string | number; readonly whole: string | number; readonly host: string | number; readonly value: string | number; readonly peer: string | number; readonly other: string | number };
  readonly 'crit-single-member': { readonly cluster: string | number };
  readonly 'pg-offline-primary': { readonly host: string | number };
  readonly 'pg-offline-failover': { readonly host: string | number; readonly cluster: string | number };
  readonly 'pg-upstream-invalid': { readonly address: string | number };
  readonly 'pg-upstream-wrong-cluster': { readonly host: string | number; readonly address: string | number; readonly wanted: string | number };
  readonly 'pg-upstream-unknown': { readonly address: string | number };
  readonly 'pg-upstream-differs': { readonly name: string | number; readonly mine: string | number; readonly theirs: string | number; readonly cluster: string | number };
  readonly 'pg-upstream-password': { readonly cluster: string | number };
  readonly 'pg-upstream-cycle': { readonly path: string | number };
  readonly 'pg-delay-ignored': { readonly host: string | number };
  readonly 'pg-standby-objects': { readonly kind: string | number; readonly name: string | number; readonly cluster: string | number } & ({ readonly problem: 'absent'; readonly original: string | number } | { readonly problem: 'password' } | { readonly problem: 'parameter'; readonly parameter: string | number });
  readonly 'pg-standby-pool': { readonly cluster: string | number; readonly names: string | number; readonly original: string | number };
  readonly 'cluster-values-differ': { readonly name: string | number; readonly whole: string | number; readonly host: string | number; readonly value: string | number; readonly peer: string | number; readonly other: string | number };
  readonly 'citus-identity': { readonly cluster: string | number; readonly missing: string | number };
  readonly 'citus-group-duplicate': { readonly group: string | number; readonly shard: string | number; readonly first: string | number };
  readonly 'citus-no-coordinator': { readonly shard: string | number };
  readonly 'citus-group-gap': { readonly shard: string | number; readonly group: string | number };
  readonly 'citus-database': ({ readonly problem: 'differs'; readonly cluster: string | number; readonly other: string | number; readonly first: string | number; readonly database: string | number } | { readonly problem: 'not-set'; readonly cluster: string | number } | { readonly problem: 'of-postgres'; readonly cluster: string | number } | { readonly problem: 'not-defined'; readonly database: string | number; readonly cluster: string | number });
  readonly 'citus-dbsu-password': Readonly<Record<never, never>>;
  readonly 'citus-libs': Readonly<Record<never, never>>;
  readonly 'citus-hba': { readonly cluster: string | number; readonly user: string | number; readonly host: string | number; readonly from: string | number; readonly why: string | number };
  readonly 'citus-group-ignored': { readonly mode: string | number };
  readonly 'libs-preload': { readonly extension: string | number; readonly library: string | number };
  readonly 'pg-conf-unknown': { readonly name: string | number };
  readonly 'crit-watchdog': Readonly<Record<never, never>>;
  readonly 'pg-version-unavailable': { readonly version: string | number; readonly platform: string | number; readonly known: string | number };
  readonly 'pg-max-conn': { readonly value: string | number };
  readonly 'pg-shared-buffer-ratio': { readonly value: string | number };
  readonly 'pwdenc-md5': Readonly<Record<never, never>>;
  readonly 'pgsodium-key': { readonly length: string | number };
  readonly 'pg-io-method-ignored': { readonly version: string | number };
  readonly 'pg-parameter-value': { readonly name: string | number } & ({ readonly problem: 'lines' } | { readonly problem: 'no-name' });
  readonly 'rto-unknown': { readonly name: string | number };
  readonly 'rto-plan': { readonly name: string | number } & ({ readonly problem: 'count'; readonly wanted: string | number; readonly fields: string | number; readonly count: string | number } | { readonly problem: 'value'; readonly value: string | number; readonly field: string | number } | { readonly problem: 'ttl'; readonly ttl: string | number; readonly least: string | number });
  readonly 'rto-margin': { readonly name: string | number } & ({ readonly problem: 'margin'; readonly margin: string | number; readonly ttl: string | number } | { readonly problem: 'fastinter' });
  readonly 'pg-listen': ({ readonly problem: 'no-vip' } | { readonly problem: 'no-address'; readonly bad: string | number } | { readonly problem: 'twice'; readonly double: string | number } | { readonly problem: 'not-own'; readonly host: string | number });
  readonly 'pg-listen-vip': { readonly vip: string | number };
  readonly 'setting-unknown': { readonly name: string | number; readonly version: string | number };
  readonly 'setting-version': { readonly name: string | number; readonly version: string | number } & ({ readonly problem: 'later'; readonly since: string | number } | { readonly problem: 'gone'; readonly since: string | number });
  readonly 'setting-value': { readonly name: string | number; readonly value: string | number } & ({ readonly problem: 'boolean' } | { readonly problem: 'word'; readonly words: string | number } | { readonly problem: 'integer' } | { readonly problem: 'number' });
  readonly 'setting-unit': { readonly name: string | number; readonly value: string | number } & ({ readonly problem: 'none' } | { readonly problem: 'unknown'; readonly units: string | number });
  readonly 'setting-range': { readonly name: string | number; readonly value: string | number } & ({ readonly problem: 'outside'; readonly range: string | number } | { readonly problem: 'reserved'; readonly most: string | number });
  readonly 'setting-list': { readonly name: string | number } & ({ readonly problem: 'quoted-words' } | { readonly problem: 'quoted-list' });
  readonly 'setting-place': { readonly name: string | number; readonly place: string | number } & ({ readonly reason: 'told' } | { readonly reason: 'session' } | { readonly reason: 'start' } | { readonly reason: 'server' } | { readonly reason: 'connection' });
  readonly 'setting-no-effect': { readonly name: string | number; readonly reason: string | number };
  readonly 'setting-library': { readonly name: string | number; readonly library: string | number };
  readonly 'setting-of-module': { readonly name: string | number; readonly version: string | number } & ({ readonly problem: 'later'; readonly since: string | number } | { readonly problem: 'gone'; readonly since: string | number } | { readonly problem: 'unknown' });
  readonly 'extension-unknown': { readonly name: string | number };
  readonly 'extension-version': { readonly name: string | number; readonly version: string | number; readonly majors: string | number };
  readonly 'extension-package': { readonly name: string | number; readonly package: string | number };
  readonly 'setting-minor': { readonly name: string | number; readonly version: string | number; readonly major: string | number };
  readonly 'setting-against-cluster': { readonly name: string | number; readonly loss: string | number };
  readonly 'user-no-password': { readonly name: string | number };
  readonly 'user-expires-twice': { readonly name: string | number };
  readonly 'user-duplicate': { readonly name: string | number };
  readonly 'user-redefines-system': { readonly name: string | number } & ({ readonly problem: 'login' } | { readonly problem: 'attribute'; readonly attribute: string | number } | { readonly problem: 'password'; readonly parameter: string | number });
  readonly 'user-absent-system': { readonly name: string | number };
  readonly 'role-unknown': { readonly name: string | number };
  readonly 'role-order': { readonly name: string | number };
  readonly 'membership-option-version': { readonly option: string | number; readonly version: string | number };
  readonly 'user-pool-ignored': { readonly field: string | number; readonly name: string | number };
  readonly 'user-not-in-pool': { readonly name: string | number };
  readonly 'system-role-missing': { readonly name: string | number; readonly parameter: string | number };
  readonly 'user-expired': { readonly name: string | number; readonly days: string | number };
  readonly 'db-duplicate': { readonly name: string | number };
  readonly 'db-owner-unknown': { readonly name: string | number; readonly database: string | number };
  readonly 'db-state-built-in': { readonly state: string | number; readonly name: string | number };
  readonly 'db-recreate': { readonly name: string | number };
  readonly 'db-template-locale': { readonly option: string | number; readonly wanted: string | number; readonly have: string | number; readonly template: string | number };
  readonly 'db-option-version': { readonly option: string | number; readonly since: string | number; readonly version: string | number };
  readonly 'db-template-unknown': { readonly name: string | number };
  readonly 'db-pool': ({ readonly problem: 'least-above-size'; readonly least: string | number; readonly size: string | number } | { readonly problem: 'limit-above-server'; readonly limit: string | number; readonly server: string | number } | { readonly problem: 'sum-above-limit'; readonly sum: string | number; readonly limit: string | number });
  readonly 'db-auth-user-unknown': { readonly name: string | number; readonly database: string | number };
  readonly 'monitor-schema-missing': Readonly<Record<never, never>>;
  readonly 'schema-owner-unknown': { readonly name: string | number; readonly schema: string | number; readonly database: string | number };
  readonly 'db-auth-user-login': { readonly name: string | number; readonly database: string | number };
  readonly 'pool-name': { readonly kind: string | number; readonly name: string | number } & ({ readonly problem: 'not-in-pool' } | { readonly problem: 'left-out'; readonly options: string | number });
  readonly 'verifier-malformed': { readonly name: string | number };
  readonly 'verifier-for-login': { readonly name: string | number };
  readonly 'hba-address': { readonly address: string | number };
  readonly 'hba-no-address': Readonly<Record<never, never>>;
  readonly 'hba-pool-replication': Readonly<Record<never, never>>;
  readonly 'hba-implicit': { readonly missing: string | number };
  readonly 'hba-order': Readonly<Record<never, never>>;
  readonly 'hba-local-ssl': { readonly auth: string | number; readonly address: string | number };
  readonly 'hba-pool-ssl': { readonly cluster: string | number; readonly after: string | number };
  readonly 'hba-pool-ident': { readonly auth: string | number };
  readonly 'hba-rules-win': { readonly field: string | number };
  readonly 'hba-shadowed': { readonly earlier: string | number; readonly line: string | number };
  readonly 'hba-redundant': { readonly earlier: string | number };
  readonly 'hba-trust': { readonly from: string | number };
  readonly 'hba-open-world': Readonly<Record<never, never>>;
  readonly 'hba-clear-password': Readonly<Record<never, never>>;
  readonly 'hba-unknown-user': { readonly name: string | number };
  readonly 'hba-unknown-database': { readonly name: string | number };
  readonly 'hba-bad-line': ({ readonly problem: 'types' } | { readonly problem: 'type'; readonly word: string | number } | { readonly problem: 'no-database' } | { readonly problem: 'no-user' } | { readonly problem: 'no-address' } | { readonly problem: 'no-method' } | { readonly problem: 'method'; readonly word: string | number } | { readonly problem: 'peer' } | { readonly problem: 'cert' } | { readonly problem: 'gss' } | { readonly problem: 'network'; readonly word: string | number } | { readonly problem: 'mask' } | { readonly problem: 'families' } | { readonly problem: 'option'; readonly word: string | number });
  readonly 'hba-pool-line': ({ readonly problem: 'type'; readonly word: string | number } | { readonly problem: 'no-database' } | { readonly problem: 'no-user' } | { readonly problem: 'no-address' } | { readonly problem: 'no-method' } | { readonly problem: 'method'; readonly word: string | number } | { readonly problem: 'roles'; readonly word: string | number } | { readonly problem: 'network'; readonly word: string | number } | { readonly problem: 'name'; readonly word: string | number } | { readonly problem: 'mask' } | { readonly problem: 'families' } | { readonly problem: 'option'; readonly word: string | number } | { readonly problem: 'bits' });
  readonly 'hba-locks-out': { readonly who: string | number; readonly why: string | number };
  readonly 'hba-unreachable': { readonly who: string | number; readonly why: string | number };
  readonly 'pool-unreachable': { readonly cluster: string | number; readonly users: string | number; readonly from: string | number; readonly why: string | number };
  readonly 'hba-hides-default': { readonly rules: string | number };
  readonly 'service-port-duplicate': { readonly port: string | number };
  readonly 'service-port-reserved': { readonly port: string | number };
  readonly 'service-name-duplicate': { readonly name: string | number };
  readonly 'service-dest': { readonly dest: string | number };
  readonly 'service-dest-quoted': { readonly port: string | number };
  readonly 'service-provider-unknown': { readonly name: string | number };
  readonly 'service-provider-disabled': { readonly host: string | number; readonly name: string | number };
  readonly 'service-provider-port': { readonly cluster: string | number; readonly first: string | number; readonly port: string | number; readonly group: string | number };
  readonly 'pg-vip-address': { readonly cluster: string | number };
  readonly 'pg-vip-invalid': { readonly value: string | number };
  readonly 'pg-vip-no-mask': { readonly address: string | number };
  readonly 'pg-vip-conflict': { readonly address: string | number; readonly owner: string | number };
  readonly 'pg-vip-network': { readonly cluster: string | number; readonly address: string | number };
  readonly 'pg-vip-members': { readonly host: string | number; readonly address: string | number };
  readonly 'dns-name-conflict': { readonly name: string | number; readonly other: string | number };
  readonly 'dns-target': { readonly value: string | number };
  readonly 'dns-target-vip': { readonly cluster: string | number };
  readonly 'service-lone-member': { readonly service: string | number; readonly host: string | number };
  readonly 'port-conflict': { readonly port: string | number; readonly host: string | number; readonly what: string | number; readonly other: string | number };
  readonly 'backup-method': { readonly method: string | number };
  readonly 'backup-minio-missing': Readonly<Record<never, never>>;
  readonly 'backup-minio-mismatch': ({ readonly problem: 'no-cluster'; readonly endpoint: string | number } | { readonly problem: 'no-bucket'; readonly bucket: string | number } | { readonly problem: 'no-user'; readonly key: string | number } | { readonly problem: 'other-secret'; readonly key: string | number } | { readonly problem: 'plain-http' } | { readonly problem: 'port'; readonly port: string | number });
  readonly 'backup-option': { readonly repository: string | number } & ({ readonly problem: 'missing'; readonly type: string | number; readonly names: string | number } | { readonly problem: 'words'; readonly name: string | number; readonly words: string | number } | { readonly problem: 'number'; readonly name: string | number; readonly least: string | number; readonly most: string | number } | { readonly problem: 'unknown'; readonly name: string | number } | { readonly problem: 'scalar'; readonly name: string | number } | { readonly problem: 'line'; readonly name: string | number } | { readonly problem: 'in-data' } | { readonly problem: 'no-pass'; readonly cipher: string | number });
  readonly 'pitr-target': ({ readonly problem: 'two'; readonly given: string | number; readonly second: string | number } | { readonly problem: 'missing'; readonly wanted: string | number } | { readonly problem: 'other-type'; readonly given: string | number; readonly type: string | number });
  readonly 'remote-exporter': ({ readonly problem: 'no-port'; readonly name: string | number } | { readonly problem: 'twice'; readonly name: string | number });
  readonly 'backup-endpoint': { readonly host: string | number; readonly name: string | number };
  readonly 'backup-never-full': { readonly clusters: string | number };
  readonly 'intranet-outsiders': { readonly outside: string | number; readonly networks: string | number };
  readonly 'dns-own-server': { readonly host: string | number };
  readonly 'dns-no-server': { readonly server: string | number; readonly why: string | number };
  readonly 'vip-name-taken': { readonly address: string | number; readonly name: string | number; readonly owner: string | number };
  readonly 'data-directory': { readonly path: string | number; readonly name: string | number } & ({ readonly problem: 'in-pg' } | { readonly problem: 'shared'; readonly other: string | number } | { readonly problem: 'in-closed'; readonly other: string | number } | { readonly problem: 'closes'; readonly inside: string | number; readonly at: string | number });
  readonly 'time-zone': { readonly name: string | number };
  readonly 'sysctl-value': { readonly name: string | number } & ({ readonly problem: 'no-setting'; readonly name: string | number } | { readonly problem: 'no-boolean'; readonly value: string | number } | { readonly problem: 'no-number'; readonly value: string | number } | { readonly problem: 'out-of-range'; readonly least: string | number; readonly most: string | number });
  readonly 'redis-identity': { readonly host: string | number } & ({ readonly problem: 'missing'; readonly missing: string | number } | { readonly problem: 'no-number' } | { readonly problem: 'no-cluster' });
  readonly 'redis-directory': Readonly<Record<never, never>>;
  readonly 'redis-node-duplicate': { readonly node: string | number; readonly cluster: string | number; readonly first: string | number };
  readonly 'redis-port': { readonly port: string | number };
  readonly 'redis-exporter-password': { readonly port: string | number };
  readonly 'redis-cluster-size': { readonly cluster: string | number; readonly count: string | number; readonly replicas: string | number; readonly least: string | number };
  readonly 'redis-cluster-uneven': { readonly cluster: string | number; readonly count: string | number; readonly replicas: string | number };
  readonly 'redis-cluster-hosts': { readonly cluster: string | number; readonly hosts: string | number };
  readonly 'redis-replica-of': ({ readonly problem: 'no-address'; readonly value: string | number } | { readonly problem: 'no-instance'; readonly address: string | number; readonly port: string | number } | { readonly problem: 'circle'; readonly circle: string | number });
  readonly 'redis-replica-unknown': { readonly address: string | number };
  readonly 'redis-replica-mode': { readonly mode: string | number };
  readonly 'sentinel-mode': { readonly cluster: string | number };
  readonly 'sentinel-quorum': { readonly quorum: string | number; readonly count: string | number };
  readonly 'sentinel-placement': ({ readonly problem: 'too-few'; readonly sentinels: string | number } | { readonly problem: 'even'; readonly count: string | number; readonly fewer: string | number; readonly more: string | number } | { readonly problem: 'few-hosts'; readonly count: string | number; readonly machines: string | number });
  readonly 'sentinel-target': ({ readonly problem: 'name'; readonly address: string | number } | { readonly problem: 'no-instance'; readonly address: string | number; readonly port: string | number } | { readonly problem: 'password'; readonly cluster: string | number });
  readonly 'sentinel-target-unknown': { readonly address: string | number };
  readonly 'sentinel-remove': Readonly<Record<never, never>>;
  readonly 'minio-global': Readonly<Record<never, never>>;
  readonly 'minio-seq': { readonly host: string | number } & ({ readonly problem: 'missing' } | { readonly problem: 'no-number'; readonly seq: string | number } | { readonly problem: 'taken'; readonly seq: string | number; readonly first: string | number } | { readonly problem: 'no-cluster' } | { readonly problem: 'gap'; readonly seq: string | number; readonly from: string | number; readonly to: string | number });
  readonly 'minio-node': Readonly<Record<never, never>>;
  readonly 'minio-data': ({ readonly problem: 'relative'; readonly data: string | number } | { readonly problem: 'ranges'; readonly data: string | number } | { readonly problem: 'bad-range'; readonly range: string | number; readonly example: string | number } | { readonly problem: 'drives'; readonly members: string | number; readonly total: string | number } | { readonly problem: 'differs'; readonly other: string | number; readonly first: string | number });
  readonly 'minio-drives': { readonly cluster: string | number; readonly total: string | number };
  readonly 'minio-pool': ({ readonly problem: 'two-pools'; readonly double: string | number } | { readonly problem: 'not-in-pool'; readonly missing: string | number });
  readonly 'minio-alias': { readonly cluster: string | number; readonly other: string | number; readonly name: string | number; readonly value: string | number };
  readonly 'minio-user': ({ readonly problem: 'short-key' } | { readonly problem: 'twice'; readonly key: string | number } | { readonly problem: 'short-secret'; readonly key: string | number } | { readonly problem: 'policy'; readonly name: string | number });
  readonly 'minio-bucket': { readonly name: string | number } & ({ readonly problem: 'bad-name' } | { readonly problem: 'twice' });
  readonly 'minio-few-drives': { readonly cluster: string | number };
  readonly 'redis-open': { readonly cluster: string | number; readonly address: string | number };
  readonly 'minio-volumes': ({ readonly problem: 'directory'; readonly directory: string | number; readonly data: string | number } | { readonly problem: 'port'; readonly own: string | number; readonly port: string | number } | { readonly problem: 'server'; readonly server: string | number });
  readonly 'minio-root': { readonly name: string | number } & ({ readonly problem: 'same-name' } | { readonly problem: 'short'; readonly least: string | number });
  readonly 'app-without-docker': { readonly name: string | number; readonly host: string | number };
  readonly 'app-unknown': { readonly name: string | number };
  readonly 'juice-instance': { readonly name: string | number; readonly port: string | number };
  readonly 'kafka-identity': ({ readonly problem: 'bad-name'; readonly cluster: string | number } | { readonly problem: 'no-number'; readonly host: string | number } | { readonly problem: 'same-number'; readonly host: string | number; readonly first: string | number });
  readonly 'kafka-topology': { readonly cluster: string | number } & ({ readonly problem: 'some-roles' } | { readonly problem: 'no-controller' } | { readonly problem: 'no-broker' } | { readonly problem: 'some-racks' });
  readonly 'kafka-controllers': { readonly cluster: string | number; readonly count: string | number };
  readonly 'kafka-setting': ({ readonly problem: 'data'; readonly data: string | number } | { readonly problem: 'computed'; readonly name: string | number } | { readonly problem: 'users-need-scram' } | { readonly problem: 'twice'; readonly name: string | number } | { readonly problem: 'replicas'; readonly name: string | number; readonly copies: string | number; readonly brokers: string | number } | { readonly problem: 'short-password'; readonly name: string | number });
  readonly 'mysql-identity': ({ readonly problem: 'bad-name'; readonly cluster: string | number } | { readonly problem: 'group'; readonly cluster: string | number } | { readonly problem: 'members'; readonly count: string | number } | { readonly problem: 'numbers'; readonly count: string | number });
  readonly 'mysql-setting': ({ readonly problem: 'password'; readonly name: string | number } | { readonly problem: 'reserved'; readonly name: string | number } | { readonly problem: 'user-password'; readonly name: string | number });
  readonly 'selector-impossible-value': { readonly name: string | number; readonly value: string | number };
  readonly 'haproxy-server-duplicate': { readonly name: string | number; readonly service: string | number };
  readonly 'sentinel-duplicate': { readonly name: string | number };
  readonly 'repo-duplicate': { readonly name: string | number };
  readonly 'nearly-all': { readonly name: string | number };
  readonly 'library-unknown': { readonly name: string | number };
  readonly 'package-unknown': { readonly name: string | number };
  readonly 'redis-rename-unknown': { readonly command: string | number };
  readonly 'redis-rename-clash': { readonly name: string | number };
  readonly 'repo-without-builder': ({ readonly problem: 'off'; readonly host: string | number; readonly setting: string | number; readonly value: string | number } | { readonly problem: 'other-system'; readonly host: string | number; readonly system: string | number; readonly arch: string | number; readonly admin: string | number; readonly served: string | number; readonly servedArch: string | number });
  readonly 'redis-command-needed': { readonly command: string | number; readonly state: string | number; readonly who: string | number };
  readonly 'sentinel-watches-replica': { readonly instance: string | number; readonly source: string | number };
  readonly 'redis-bind': { readonly host: string | number } & ({ readonly problem: 'foreign'; readonly address: string | number } | { readonly problem: 'local'; readonly peer: string | number; readonly addresses: string | number });
  readonly 'portal-endpoint-name': { readonly host: string | number; readonly name: string | number };
  readonly 'receiver-useless': { readonly name: string | number } & ({ readonly problem: 'reserved' } | { readonly problem: 'twice' } | { readonly problem: 'no-way' } | { readonly problem: 'no-server' });
  readonly 'program-option': { readonly name: string | number } & ({ readonly problem: 'no-dash'; readonly word: string | number } | { readonly problem: 'letters'; readonly word: string | number } | { readonly problem: 'no-value'; readonly option: string | number } | { readonly problem: 'no-option'; readonly word: string | number } | { readonly problem: 'already-set'; readonly option: string | number } | { readonly problem: 'twice'; readonly option: string | number } | { readonly problem: 'switch'; readonly word: string | number; readonly value: string | number } | { readonly problem: 'number'; readonly word: string | number; readonly value: string | number } | { readonly problem: 'duration'; readonly word: string | number; readonly value: string | number } | { readonly problem: 'months'; readonly word: string | number; readonly value: string | number });
  readonly 'file-claimed-twice': { readonly path: string | number; readonly host: string | number; readonly first: string | number; readonly second: string | number };
  readonly 'unrepresentable-value': { readonly name: string | number; readonly path: string | number; readonly host: string | number; readonly grammar: string | number; readonly reason: string | number };
  readonly 'output-not-ours': { readonly path: string | number };
  readonly 'bad-local-key': { readonly path: string | number };
  readonly 'bad-authority': { readonly path: string | number } & ({ readonly reason: 'absent' } | { readonly reason: 'not-created' } | { readonly reason: 'no-certificate' } | { readonly reason: 'other-key' } | { readonly reason: 'expired'; readonly date: string | number } | { readonly reason: 'no-private-key'; readonly file: string | number } | { readonly reason: 'no-key'; readonly file: string | number } | { readonly reason: 'cannot-sign'; readonly file: string | number; readonly names: string | number } | { readonly reason: 'new-cannot-sign'; readonly file: string | number } | { readonly reason: 'not-trusted'; readonly file: string | number } | { readonly reason: 'still-used'; readonly names: string | number });
  readonly 'bad-kept-salts': { readonly path: string | number };
  readonly 'unsafe-path': { readonly path: string | number; readonly host: string | number; readonly reason: string | number; readonly origin: string | number };
  readonly 'output-refused': { readonly path: string | number } & ({ readonly reason: 'root' } | { readonly reason: 'link' } | { readonly reason: 'file' } | { readonly reason: 'state'; readonly state: string | number });
  readonly 'output-locked': { readonly path: string | number; readonly pid: string | number; readonly host: string | number; readonly since: string | number; readonly lock: string | number };
  readonly 'output-lost': { readonly path: string | number };
  readonly 'output-has-link': { readonly path: string | number };
  readonly 'merge-settled': { readonly count: string | number; readonly path: string | number };
  readonly 'merge-needs-all': { readonly path: string | number };
  readonly 'two-authorities': { readonly first: string | number; readonly second: string | number };
  readonly 'state-of-another': { readonly directory: string | number; readonly owner: string | number };
  readonly 'state-elsewhere': { readonly found: string | number; readonly directory: string | number };
  readonly 'authority-changed': { readonly out: string | number; readonly was: string | number; readonly path: string | number; readonly is: string | number };
  readonly 'key-changed': { readonly out: string | number; readonly path: string | number; readonly is: string | number };
  readonly 'demo-key-refused': { readonly path: string | number; readonly secrets: string | number };
  readonly 'cmdb-address': { readonly address: string | number; readonly reason: string | number };
  readonly 'cmdb-unreachable': { readonly database: string | number; readonly reason: string | number };
  readonly 'cmdb-login': { readonly database: string | number; readonly reason: string | number };
  readonly 'cmdb-no-schema': { readonly database: string | number; readonly what: string | number };
  readonly 'cmdb-version': { readonly database: string | number } & ({ readonly problem: 'missing'; readonly tables: string | number } | { readonly problem: 'later'; readonly version: string | number; readonly known: string | number } | { readonly problem: 'foreign' } | { readonly problem: 'earlier'; readonly version: string | number; readonly known: string | number });
  readonly 'cmdb-no-right': { readonly database: string | number; readonly reason: string | number };
  readonly 'cmdb-failed': { readonly database: string | number; readonly reason: string | number; readonly state: string | number };
  readonly 'cmdb-empty': { readonly database: string | number };
  readonly 'cmdb-conflict': { readonly database: string | number; readonly rows: string | number };
  readonly 'cmdb-changed': { readonly database: string | number };
  readonly 'cmdb-not-held': { readonly what: string | number };
}

export type Slug = keyof Arguments;

/** Code, severity and message template of each slug; `build` for a warning that stops a build. */
export const CATALOG: Readonly<Record<Slug, readonly [Code, Severity, string, 'build'?]>> = {
  'unreadable-file': ['PIG0001', 'error', 'cannot read `{path}`: {reason}'],
  'limit-matches-nothing': ['PIG0002', 'error', '`--limit {pattern}` matches no host'],
  'not-utf8': ['PIG0003', 'error', '`{path}` is not UTF-8: byte {offset} does not belong to any character'],
  'bad-facts-file': ['PIG0004', 'error', '`{path}` is no facts file: it needs `cpu`, `memoryMib`, `diskGib`, `arch` and `os` with `vendor` and `version`'],
  'unknown-platform': ['PIG0005', 'error', 'unknown platform `{name}`, known are {known}'],
  'cannot-write': ['PIG0006', 'error', 'cannot write `{path}`: {reason}'],
  'asset-missing': ['PIG0007', 'warning', 'no file `{path}` for `{parameter}` beside the inventory or in `files/` next to it'],
  'asset-refused': ['PIG0008', 'error', '`{parameter}` cannot have the file `{path}`: {reason}'],
  'suppression-syntax': ['PIG0010', 'warning', 'cannot read this comment: {problem}'],
  'suppression-unknown-code': ['PIG0011', 'warning', 'there is no code `{code}`'],
  'suppression-no-reason': ['PIG0012', 'warning', 'no reason is given why {codes} is allowed'],
  'suppression-refused': ['PIG0013', 'warning', '{code} {slug} cannot be allowed: {why}'],
  'suppression-unused': ['PIG0014', 'warning', 'this allows nothing: {code} is not reported {where}'],
  'inventory-program': ['PIG0015', 'error', '`{path}` is a program that prints an inventory'],
  'absent-values': ['PIG0020', 'hint', 'absent values: {count}; what needs them was not checked'],
  'unclosed-bracket': ['PIG1001', 'error', '`{open}` is never closed: a `{closer}` is missing'],
  'mismatched-bracket': ['PIG1002', 'error', 'expected `{expected}` but found `{found}`'],
  'unmatched-bracket': ['PIG1003', 'error', '`{bracket}` closes nothing'],
  'missing-comma': ['PIG1004', 'error', 'expected `,` or `{closer}` before `{found}`'],
  'tab-indentation': ['PIG1005', 'error', 'a tab is used for indentation'],
  'unclosed-quote': ['PIG1006', 'error', 'this `{quote}` has no closing quote'],
  'bad-indentation': ['PIG1007', 'error', '`{text}` is indented by {indent}, which fits no block here'],
  'missing-colon': ['PIG1008', 'error', '`{line}` is not `key: value`'],
  'missing-key': ['PIG1009', 'error', 'there is no key before this `:`'],
  'colon-in-value': ['PIG1010', 'error', '`: ` inside a value that is not quoted'],
  'reserved-character': ['PIG1011', 'error', 'a value that is not quoted cannot begin with `{character}`'],
  'text-after-value': ['PIG1012', 'error', 'unexpected `{found}` after the value'],
  'collection-on-key-line': ['PIG1013', 'error', '`{indicator}` cannot begin a block on the line of its key'],
  'item-among-keys': ['PIG1014', 'error', 'a list item stands among the keys of a map'],
  'collection-as-key': ['PIG1015', 'error', 'a {kind} cannot be a key'],
  'duplicate-key': ['PIG1016', 'error', 'key `{key}` is given twice'],
  'bad-merge-key': ['PIG1017', 'error', '`<<` takes a map or a list of maps'],
  'unknown-alias': ['PIG1018', 'error', 'alias `*{name}` is not defined: {what}'],
  'too-many-aliases': ['PIG1019', 'error', 'aliases repeat more than {limit} values'],
  'nesting-too-deep': ['PIG1020', 'error', 'nested deeper than {limit} levels'],
  'multiple-documents': ['PIG1021', 'error', 'a second YAML document begins here'],
  'unknown-tag': ['PIG1022', 'error', 'unknown tag `{tag}`'],
  'invalid-scalar': ['PIG1023', 'error', '`{text}` is not a value: {reason}'],
  'unknown-escape': ['PIG1024', 'error', 'unknown escape `{escape}` in a double-quoted text'],
  'bad-block-scalar': ['PIG1025', 'error', '`{header}` does not begin a text block'],
  'control-character': ['PIG1026', 'error', 'character {code} is not allowed in YAML'],
  'duplicate-anchor': ['PIG1027', 'error', 'anchor `&{name}` is defined twice'],
  'ini-line': ['PIG1030', 'error', 'not a line of an INI inventory: {problem}'],
  'empty-inventory': ['PIG1101', 'error', 'the inventory is empty'],
  'not-an-inventory': ['PIG1102', 'error', 'an inventory is a map of groups, found {kind}'],
  'bad-group': ['PIG1103', 'error', 'group `{group}` must be a map with `hosts`, `vars` or `children`, found {kind}'],
  'bad-group-section': ['PIG1104', 'error', '`{section}` of group `{group}` must be a map, found {kind}'],
  'unknown-group-key': ['PIG1105', 'error', 'unknown key `{key}` in group `{group}`'],
  'bad-host-vars': ['PIG1106', 'error', 'variables of host `{host}` must be a map, found {kind}'],
  'bad-host-name': ['PIG1107', 'error', 'host `{name}` is read as {kind}, not as a name'],
  'bad-group-name': ['PIG1108', 'error', 'group name `{name}` is read as {kind}, not as a name'],
  'group-named-like-host': ['PIG1109', 'warning', '`{name}` is the name of a group and of a host'],
  'bad-vars-file': ['PIG1110', 'error', 'the variables of {owner} are {kind}, not a map'],
  'vars-of-nobody': ['PIG1111', 'warning', 'no {kind} is called `{name}`, so nobody gets these variables'],
  'foreign-inventory': ['PIG1112', 'error', 'this is no inventory for Pigsty: it looks like {what}'],
  'missing-field': ['PIG1201', 'error', '{object} has no `{field}`'],
  'unknown-field': ['PIG1202', 'error', '{object} has no field `{field}`'],
  'unknown-parameter': ['PIG1203', 'error', 'unknown parameter `{name}`'],
  'custom-variable': ['PIG1204', 'hint', 'variable `{name}` is no parameter, and no expression or selector reads it'],
  'bad-enum': ['PIG1205', 'error', '`{name}` cannot be `{value}`'],
  'wrong-type': ['PIG1206', 'error', '`{name}` must be {expected}, not {got}'],
  'bad-format': ['PIG1207', 'error', '`{name}` `{value}` is not {expected}'],
  'out-of-range': ['PIG1208', 'error', '`{name}` is {value}, must be {limit}'],
  'quoted-boolean': ['PIG1209', 'warning', '`{name}` is written as `{value}`; write it without quotes as true or false'],
  'quoted-number': ['PIG1210', 'warning', '`{name}` is the text `{value}`; write the number without quotes'],
  'misread-text': ['PIG1212', 'warning', '`{name}` should be text, but YAML reads it as {read}; quote it'],
  'wrong-level': ['PIG1213', 'warning', '`{name}` is set for several hosts but belongs at {wanted}'],
  'module-not-compiled': ['PIG1214', 'hint', '`{name}` and other parameters of module {module} are checked but produce no files'],
  'cluster-list-at-host': ['PIG1215', 'warning', '`{name}` is set for host {host} only, but belongs to the whole cluster `{cluster}`'],
  'component-unavailable': ['PIG1216', 'warning', 'platform `{platform}` has no {component}: `{name}` has no effect'],
  'remark-ignored': ['PIG1217', 'warning', '`{field}` of a {object} is read by nothing'],
  'near-parameter': ['PIG1218', 'warning', 'variable `{name}` is no parameter, and no expression or selector reads it'],
  'comma-in-value': ['PIG1219', 'error', 'a comma ended the value of `{name}`: quote it'],
  'no-value': ['PIG1220', 'error', '`{name}` has no value'],
  'anchor-not-value': ['PIG1221', 'warning', '`{name}` has no value: the word behind it names an anchor'],
  'misread-number': ['PIG1222', 'warning', '`{name}` {written} is the number {value}: {how}'],
  'unfilled-secret': ['PIG1223', 'warning', '`{name}` is the name of a variable, which is not replaced'],
  'hidden-character': ['PIG1224', 'warning', '`{name}` contains {character}, which is not visible'],
  'option-line': ['PIG1225', 'error', '`{name}`: {problem}'],
  'remark-in-value': ['PIG1226', 'warning', 'a ` #` ended the value of `{name}`: quote it'],
  'no-effect': ['PIG1227', 'hint', 'nothing is made from `{name}`'],
  'bad-host-range': ['PIG2001', 'error', 'bad host range in `{name}`: {reason}'],
  'group-cycle': ['PIG2002', 'error', 'group `{group}` contains itself: {path}'],
  'bad-group-priority': ['PIG2003', 'error', '`ansible_group_priority` must be a whole number, found `{value}`'],
  'too-many-hosts': ['PIG2004', 'error', 'the inventory names more than {limit} hosts'],
  'renamed-parameter': ['PIG3001', 'warning', '`{old}` is called `{name}` since {since}'],
  'removed-parameter': ['PIG3002', 'warning', '`{old}` was removed in {since} and has no effect'],
  'rewrite-parameter': ['PIG3003', 'warning', '`{old}` became `{name}` in {since}; this value is not carried over'],
  'old-and-new-name': ['PIG3004', 'error', '`{old}` and its present name `{name}` are both given'],
  'old-value': ['PIG3005', 'warning', '`{name}: {value}` is written `{present}` now'],
  'renamed-field': ['PIG3006', 'warning', 'field `{old}` of a {object} is called `{name}` since {since}'],
  'removed-field': ['PIG3007', 'warning', 'field `{old}` of a {object} was removed in {since} and has no effect'],
  'vault-password-missing': ['PIG4001', 'error', 'an encrypted value needs a vault password'],
  'vault-password-wrong': ['PIG4002', 'error', 'no vault password given opens this value'],
  'vault-malformed': ['PIG4003', 'error', 'this is not an Ansible Vault value'],
  'unknown-placeholder': ['PIG4010', 'error', 'unknown placeholder `{placeholder}`'],
  'unresolved-placeholder': ['PIG4011', 'error', '`{placeholder}` has no value: `{source}` is not set for host {host}'],
  'placeholder-not-alone': ['PIG4012', 'error', '`{placeholder}` is only replaced when it is the whole value'],
  'placeholder-not-expanded': ['PIG4013', 'warning', '`{placeholder}` is not replaced in `{name}`'],
  'unset-environment': ['PIG4014', 'error', 'environment variable `{name}` is not set'],
  'unreadable-reference': ['PIG4015', 'error', 'cannot read `{path}`'],
  'circular-value': ['PIG4016', 'error', 'the value of `{name}` refers to itself'],
  'jinja-syntax': ['PIG4020', 'error', 'the expression cannot be read: {what}'],
  'jinja-unsupported': ['PIG4021', 'error', 'not supported in an expression: {what}'],
  'jinja-undefined': ['PIG4022', 'error', '`{name}` is not defined for host {host}'],
  'jinja-failed': ['PIG4023', 'error', 'the expression fails: {what}'],
  'jinja-run-time': ['PIG4024', 'warning', '`{variable}` exists only while Ansible runs: the default of `{name}` is used'],
  'expression-too-large': ['PIG4025', 'error', 'the value is given up: {what}'],
  'selector-syntax': ['PIG4030', 'error', 'the selector cannot be read: {what}'],
  'selector-unknown-field': ['PIG4031', 'warning', 'no member has a variable `{field}`'],
  'selector-selects-nobody': ['PIG4032', 'warning', 'the selector chooses no member'],
  'selector-not-members': ['PIG4033', 'error', 'the selector does not return a list of members'],
  'selector-bare-word': ['PIG4034', 'warning', '`{word}` is a field here, not a text'],
  'selector-failed': ['PIG4035', 'error', 'the selector fails: {reason}'],
  'secret-misplaced': ['PIG4040', 'error', '`{name}` is no place for a secret'],
  'admin-ip': ['PIG5001', 'error', '{problem}'],
  'version-missing': ['PIG5002', 'hint', 'the inventory does not say for which `version` it was written'],
  'host-not-ipv4': ['PIG5003', 'error', 'host `{host}` is not an IPv4 address'],
  'empty-group': ['PIG5004', 'warning', 'group `{name}` has no hosts'],
  'host-in-two-clusters': ['PIG5005', 'error', '{host} is in two groups with different `{name}`: `{first}` and `{second}`'],
  'default-secret': ['PIG5006', 'warning', 'secrets that are published or follow from names: {count}'],
  'address-duplicate': ['PIG5007', 'error', '{host} and {first} are one machine: both are reached at {address}'],
  'address-unreachable': ['PIG5008', 'error', 'nobody reaches a host at {address}: {problem}'],
  'admin-nobody': ['PIG5009', 'warning', '`admin_ip` {address} is no host of this inventory'],
  'version-differs': ['PIG5011', 'warning', '{problem}'],
  'infra-seq': ['PIG5101', 'error', 'infra host {host} {problem}'],
  'infra-seq-duplicate': ['PIG5102', 'error', '`infra_seq` {seq} already belongs to {first}'],
  'infra-group-missing': ['PIG5103', 'warning', 'the inventory has no `infra` group'],
  'admin-not-infra': ['PIG5104', 'warning', '`admin_ip` {address} is not a host of group `infra`'],
  'portal-domain': ['PIG5105', 'error', 'domain `{domain}` belongs to two portal entries'],
  'portal-skipped': ['PIG5106', 'hint', 'portal entry `{name}` has no `domain` and gets no web site'],
  'portal-source': ['PIG5107', 'error', 'portal entry `{name}` {problem}'],
  'portal-no-home': ['PIG5108', 'warning', '`infra_portal` has no entry `home`'],
  'portal-certificate': ['PIG5109', 'error', 'portal entry `{name}` has `{have}` but no `{missing}`'],
  'certbot': ['PIG5110', 'warning', '`certbot_sign` cannot succeed: {problem}'],
  'repo-module-unknown': ['PIG5111', 'warning', 'no repository has the tag `{tag}` of `{name}`'],
  'repo-baseurl': ['PIG5112', 'error', 'repository `{name}` has no default address in `baseurl`'],
  'repo-never-used': ['PIG5113', 'warning', 'repository `{name}` lists no `releases` and is never used'],
  'scrape-timeout': ['PIG5114', 'warning', 'scrapes may take {timeout} s but start every {interval} s'],
  'vmalert-without-metrics': ['PIG5115', 'warning', '{host} evaluates alerts but has no metrics to evaluate'],
  'repo-unsigned': ['PIG5116', 'warning', 'whoever answers for `{url}` is root on the hosts: nothing checks what arrives as `{name}`'],
  'vip-address': ['PIG5201', 'error', 'no usable address for the node VIP: {problem}'],
  'vip-vrid': ['PIG5202', 'error', '{host} has a VIP but no `vip_vrid`'],
  'vip-vrid-conflict': ['PIG5203', 'error', 'virtual router numbers clash: {problem}'],
  'vip-two-masters': ['PIG5204', 'warning', '{host} is a second master of VIP {address}; the first is {first}'],
  'vip-auth-length': ['PIG5205', 'warning', 'keepalived uses only the first 8 characters of `vip_auth_pass`'],
  'vip-network': ['PIG5206', 'warning', 'no host of VIP {address} is in its network'],
  'nodename-duplicate': ['PIG5210', 'error', '{host} and {first} are both called `{name}`'],
  'nodename-ignored': ['PIG5211', 'warning', '`nodename` `{written}` has no effect: the host is called `{name}`'],
  'hugepage-limit': ['PIG5212', 'error', '{count} huge pages of 2 MiB are more than 90 % of the memory of {host}'],
  'sysctl-nr-open': ['PIG5213', 'error', '`fs.nr_open` {value} is below {least}, the limit the services ask for'],
  'crontab-line': ['PIG5214', 'error', 'crontab line {problem}'],
  'crontab-command': ['PIG5217', 'warning', 'crontab line {problem}'],
  'firewall-off': ['PIG5218', 'warning', '{effect}: metrics, logs and alerts of its hosts are open to everybody who reaches them'],
  'haproxy-service-name': ['PIG5220', 'error', 'haproxy service name `{name}` {problem}'],
  'ssh-port-closed': ['PIG5221', 'warning', 'the firewall of {host} does not open port {port}, by which ssh comes', 'build'],
  'connection-password': ['PIG5222', 'warning', '`{name}` does not reach the deployment: it is a password'],
  'connection-left-out': ['PIG5223', 'warning', '`{name}` does not reach the deployment: {reason}'],
  'host-key-unchecked': ['PIG5224', 'warning', '`{option}` takes whoever answers for the host'],
  'etcd-seq': ['PIG5301', 'error', 'etcd member {host} {problem}'],
  'etcd-seq-duplicate': ['PIG5302', 'error', '`etcd_seq` {seq} already belongs to {first}'],
  'etcd-group-missing': ['PIG5303', 'error', 'no hosts in group `etcd`, which cluster `{cluster}` needs for high availability'],
  'etcd-cluster-name': ['PIG5304', 'error', '`etcd_cluster` is `{name}`, but no group has that name'],
  'etcd-member-count': ['PIG5305', 'warning', 'etcd has {count} members; use {advice}'],
  'etcd-timing': ['PIG5306', 'error', 'election timeout {election} ms is less than 5 × the heartbeat of {heartbeat} ms'],
  'etcd-port-differs': ['PIG5307', 'warning', '`{name}` is {port} here and {other} on {peer}'],
  'dcs-elsewhere': ['PIG5308', 'warning', 'no hosts in group `etcd` of this part of an inventory, which cluster `{cluster}` needs', 'build'],
  'pg-cluster-name': ['PIG5401', 'error', 'cluster name `{name}` may hold only letters, digits and `-`, and not be `root`'],
  'pg-identity-missing': ['PIG5403', 'error', 'member `{host}` of cluster `{cluster}` has no {missing}'],
  'pg-cluster-missing': ['PIG5404', 'error', 'host `{host}` has `pg_seq` but belongs to no `pg_cluster`'],
  'pg-seq-duplicate': ['PIG5405', 'error', '`pg_seq` {seq} of cluster `{cluster}` already belongs to {first}'],
  'pg-no-primary': ['PIG5406', 'error', 'cluster `{cluster}` has no member with `pg_role: primary`'],
  'pg-two-primaries': ['PIG5407', 'error', 'cluster `{cluster}` has a second primary: {host}; the first is {first}'],
  'pg-group-name': ['PIG5408', 'warning', 'group `{group}` sets `pg_cluster` to another name, `{name}`'],
  'pg-instances-ignored': ['PIG5409', 'error', '`pg_instances` has no effect: a host runs one instance'],
  'pg-members-differ': ['PIG5410', 'error', '`{name}` is one for {whole}: {host} has {value}, {peer} {other}'],
  'crit-single-member': ['PIG5411', 'warning', 'cluster `{cluster}` uses crit.yml with one member: commits have nobody to wait for'],
  'pg-offline-primary': ['PIG5412', 'warning', 'primary {host} has `pg_offline_query`: analytical queries run on the primary'],
  'pg-offline-failover': ['PIG5413', 'hint', 'offline member {host} can still become the leader of `{cluster}`'],
  'pg-upstream-invalid': ['PIG5414', 'error', '`pg_upstream` must be an IPv4 address, not `{address}`'],
  'pg-upstream-wrong-cluster': ['PIG5415', 'error', '{host} cannot follow {address}: its upstream must be in {wanted}'],
  'pg-upstream-unknown': ['PIG5416', 'warning', 'upstream {address} is not a PostgreSQL instance of this inventory'],
  'pg-upstream-differs': ['PIG5417', 'error', '`{name}` is {mine} here but `{theirs}` on the upstream cluster `{cluster}`'],
  'pg-upstream-password': ['PIG5418', 'error', 'the replication password differs from that of the upstream cluster `{cluster}`'],
  'pg-upstream-cycle': ['PIG5419', 'error', 'upstreams form a circle: {path}'],
  'pg-delay-ignored': ['PIG5420', 'warning', '`pg_delay` has no effect on {host}: only the primary of a standby cluster delays'],
  'pg-standby-objects': ['PIG5421', 'warning', '{kind} `{name}` of standby cluster `{cluster}` {problem}'],
  'pg-standby-pool': ['PIG5422', 'hint', 'the pools of standby cluster `{cluster}` do not know {names} of `{original}`'],
  'cluster-values-differ': ['PIG5423', 'error', '`{name}` is one for {whole}: {host} has {value}, {peer} {other}'],
  'citus-identity': ['PIG5430', 'error', 'Citus cluster `{cluster}` has no {missing}'],
  'citus-group-duplicate': ['PIG5431', 'error', '`pg_group` {group} of shard `{shard}` already belongs to cluster `{first}`'],
  'citus-no-coordinator': ['PIG5432', 'error', 'shard `{shard}` has no coordinator: no cluster with `pg_group: 0`'],
  'citus-group-gap': ['PIG5433', 'warning', 'group numbers of shard `{shard}` skip before {group}'],
  'citus-database': ['PIG5434', 'error', 'Citus needs one distributed database: {problem}'],
  'citus-dbsu-password': ['PIG5435', 'warning', 'Citus nodes connect to each other as the database superuser, which has no password'],
  'citus-libs': ['PIG5436', 'warning', 'list `citus` first in `pg_libs`'],
  'citus-hba': ['PIG5437', 'warning', 'nodes of Citus cluster `{cluster}` cannot connect to each other: `{user}` does not get into {host} from {from}: {why}'],
  'citus-group-ignored': ['PIG5438', 'warning', '`pg_group` has no effect with `pg_mode: {mode}`'],
  'libs-preload': ['PIG5440', 'warning', 'extension `{extension}` needs `{library}` in `pg_libs`'],
  'pg-conf-unknown': ['PIG5441', 'error', 'there is no tuning template `{name}`'],
  'crit-watchdog': ['PIG5442', 'warning', 'crit.yml uses the watchdog although `patroni_watchdog_mode` is `off`'],
  'pg-version-unavailable': ['PIG5443', 'warning', 'PostgreSQL {version} is not among the packages of platform `{platform}`: {known}'],
  'pg-max-conn': ['PIG5444', 'warning', '`pg_max_conn` {value} is below 20 and counts as `auto`'],
  'pg-shared-buffer-ratio': ['PIG5445', 'warning', '`pg_shared_buffer_ratio` {value} is outside 0.1 to 0.4'],
  'pwdenc-md5': ['PIG5446', 'warning', 'passwords are stored as md5, which can be replayed when leaked'],
  'pgsodium-key': ['PIG5447', 'error', '`pgsodium_key` must be 64 hexadecimal digits, it has {length} characters'],
  'pg-io-method-ignored': ['PIG5448', 'warning', '`pg_io_method` has no effect before PostgreSQL 18 (this is {version})'],
  'pg-parameter-value': ['PIG5449', 'error', 'server parameter `{name}` {problem}'],
  'rto-unknown': ['PIG5450', 'error', '`pg_rto` is `{name}`, which `pg_rto_plan` does not define'],
  'rto-plan': ['PIG5451', 'error', 'recovery profile `{name}` {problem}'],
  'rto-margin': ['PIG5452', 'warning', 'recovery profile `{name}`: {problem}'],
  'pg-listen': ['PIG5453', 'error', '`pg_listen` {problem}'],
  'pg-listen-vip': ['PIG5454', 'warning', 'replicas cannot listen on the VIP {vip}: `node_tune: none` leaves the kernel setting off'],
  'setting-unknown': ['PIG5460', 'error', '`{name}` is no setting of PostgreSQL {version}'],
  'setting-version': ['PIG5461', 'error', 'setting `{name}` {problem} (this is {version})'],
  'setting-value': ['PIG5462', 'error', '`{name}`: `{value}` {problem}'],
  'setting-unit': ['PIG5463', 'error', '`{name}`: `{value}` {problem}'],
  'setting-range': ['PIG5464', 'error', '`{name}`: `{value}` {problem}'],
  'setting-list': ['PIG5465', 'warning', '`{name}` {problem}'],
  'setting-place': ['PIG5466', 'error', '`{name}` cannot be set {place}: {reason}'],
  'setting-no-effect': ['PIG5467', 'warning', '`{name}` has no effect in `pg_parameters`: {reason}'],
  'setting-library': ['PIG5468', 'warning', '`{name}` has no effect: `{library}` is not loaded'],
  'setting-of-module': ['PIG5469', 'warning', '`{name}` {problem} (this is {version})'],
  'extension-unknown': ['PIG5470', 'warning', 'no extension is called `{name}`'],
  'extension-version': ['PIG5471', 'warning', 'extension `{name}` has no package for PostgreSQL {version}, only for {majors}'],
  'extension-package': ['PIG5472', 'warning', 'extension `{name}` comes in package `{package}`, which is not installed'],
  'setting-minor': ['PIG5473', 'hint', 'setting `{name}` came with PostgreSQL {version}: an older minor of {major} does not start with it'],
  'setting-against-cluster': ['PIG5474', 'warning', '`{name}` in `pg_parameters` wins over what the cluster sets: {loss}'],
  'user-no-password': ['PIG5502', 'warning', 'user `{name}` can log in but has no password'],
  'user-expires-twice': ['PIG5503', 'warning', '`expire_at` of user `{name}` has no effect: `expire_in` wins'],
  'user-duplicate': ['PIG5504', 'error', 'user `{name}` is defined twice'],
  'user-redefines-system': ['PIG5505', 'error', 'user `{name}` belongs to the cluster itself, and here it {problem}'],
  'user-absent-system': ['PIG5506', 'warning', '`state: absent` has no effect: `{name}` is a user of the cluster itself'],
  'role-unknown': ['PIG5507', 'error', 'role `{name}` is granted but not defined'],
  'role-order': ['PIG5508', 'error', 'role `{name}` is granted before it is defined'],
  'membership-option-version': ['PIG5509', 'warning', 'membership option `{option}` needs PostgreSQL 16, this is {version}'],
  'user-pool-ignored': ['PIG5510', 'warning', '`{field}` of user `{name}` has no effect without `pgbouncer: true`'],
  'user-not-in-pool': ['PIG5511', 'hint', 'user `{name}` is not in the pool, to which the services of this cluster lead'],
  'system-role-missing': ['PIG5512', 'error', '`pg_default_roles` has no `{name}`, the user of `{parameter}`'],
  'user-expired': ['PIG5513', 'warning', 'user `{name}` expires at once: `expire_in` is {days} days'],
  'db-duplicate': ['PIG5520', 'error', 'database `{name}` is defined twice'],
  'db-owner-unknown': ['PIG5521', 'error', 'owner `{name}` of database `{database}` is not defined'],
  'db-state-built-in': ['PIG5522', 'warning', '`state: {state}` has no effect on the built-in database `{name}`'],
  'db-recreate': ['PIG5523', 'warning', 'database `{name}` is dropped and created anew on every run'],
  'db-template-locale': ['PIG5524', 'error', '`{option}` `{wanted}` differs from `{have}` of {template}: this needs `template: template0`'],
  'db-option-version': ['PIG5525', 'warning', '`{option}` needs PostgreSQL {since}, this is {version}'],
  'db-template-unknown': ['PIG5526', 'error', 'template `{name}` is not defined before this database'],
  'db-pool': ['PIG5527', 'warning', 'pool sizes contradict each other: {problem}'],
  'db-auth-user-unknown': ['PIG5528', 'warning', '`pool_auth_user` `{name}` of database `{database}` is not defined'],
  'monitor-schema-missing': ['PIG5529', 'warning', '`pgbouncer_auth_query` needs schema `monitor`, which `pg_default_schemas` leaves out'],
  'schema-owner-unknown': ['PIG5530', 'error', 'owner `{name}` of schema `{schema}` in database `{database}` is not defined'],
  'db-auth-user-login': ['PIG5531', 'error', 'the pool cannot log in as `pool_auth_user` `{name}` of database `{database}`: it has no password of that user'],
  'pool-name': ['PIG5539', 'warning', 'PgBouncer cannot have a {kind} called `{name}`: {problem}'],
  'verifier-malformed': ['PIG5540', 'warning', '`{name}` begins like a stored password and is none: the whole text is the password'],
  'verifier-for-login': ['PIG5541', 'error', 'nobody can log in with the stored form of a password: `{name}` is one'],
  'hba-address': ['PIG5601', 'error', '`{address}` is no HBA address'],
  'hba-no-address': ['PIG5602', 'error', 'HBA rule has neither `addr` nor `rules`'],
  'hba-pool-replication': ['PIG5603', 'error', 'PgBouncer cannot forward replication connections'],
  'hba-implicit': ['PIG5604', 'hint', 'HBA rule does not say: {missing}'],
  'hba-order': ['PIG5605', 'hint', 'this HBA rule has no `order` and moves behind all rules that have one'],
  'hba-local-ssl': ['PIG5606', 'hint', '`{auth}` does not enforce TLS for `{address}`'],
  'hba-pool-ssl': ['PIG5607', 'warning', 'this rule never matches: it wants TLS, which the pool of `{cluster}` does not offer (`pgbouncer_sslmode` is `disable`){after}'],
  'hba-pool-ident': ['PIG5608', 'warning', '`{auth}` becomes `peer` in PgBouncer'],
  'hba-rules-win': ['PIG5609', 'warning', '`{field}` has no effect beside `rules`'],
  'hba-shadowed': ['PIG5610', 'warning', 'this rule never decides: {earlier} is for the same connections and asks something else (`{line}`)'],
  'hba-redundant': ['PIG5611', 'hint', 'this rule never decides: {earlier} does the same before it'],
  'hba-trust': ['PIG5612', 'warning', '`trust` lets {from} in without any proof'],
  'hba-open-world': ['PIG5613', 'hint', 'this rule lets in from anywhere without TLS'],
  'hba-clear-password': ['PIG5614', 'warning', 'this line makes clients send their password as plain text'],
  'hba-unknown-user': ['PIG5615', 'warning', 'this rule is for `{name}`, but no cluster with the rule has such a user or role'],
  'hba-unknown-database': ['PIG5616', 'warning', 'this rule is for database `{name}`, but no cluster with the rule has it'],
  'hba-bad-line': ['PIG5617', 'error', 'PostgreSQL refuses pg_hba.conf with this line: {problem}'],
  'hba-pool-line': ['PIG5618', 'warning', 'PgBouncer never uses this line: {problem}'],
  'hba-locks-out': ['PIG5619', 'error', 'the rules keep out {who}: {why}'],
  'hba-unreachable': ['PIG5620', 'warning', 'the rules keep out {who}: {why}'],
  'pool-unreachable': ['PIG5621', 'warning', 'the pool of `{cluster}` does not let in {users} from {from}: {why}'],
  'hba-hides-default': ['PIG5622', 'warning', 'this rule refuses all that the default {rules} would admit'],
  'service-port-duplicate': ['PIG5701', 'error', 'port {port} is used by another service of this cluster'],
  'service-port-reserved': ['PIG5702', 'warning', 'port {port} belongs to a component of the host'],
  'service-name-duplicate': ['PIG5703', 'error', 'service `{name}` exists already in this cluster'],
  'service-dest': ['PIG5704', 'error', 'service destination `{dest}` is neither a known word nor a port'],
  'service-dest-quoted': ['PIG5705', 'warning', 'destination port {port} is quoted'],
  'service-provider-unknown': ['PIG5706', 'error', 'there is no group `{name}` to provide the services'],
  'service-provider-disabled': ['PIG5707', 'error', 'host {host} of provider group `{name}` has no load balancer'],
  'service-provider-port': ['PIG5708', 'error', 'clusters `{cluster}` and `{first}` both need port {port} on the hosts of group `{group}`'],
  'pg-vip-address': ['PIG5710', 'error', 'cluster `{cluster}` has a VIP enabled but no address for it'],
  'pg-vip-invalid': ['PIG5711', 'error', '`pg_vip_address` must be IPv4/mask, not `{value}`'],
  'pg-vip-no-mask': ['PIG5712', 'warning', '`pg_vip_address` {address} has no mask: /24 is assumed'],
  'pg-vip-conflict': ['PIG5713', 'error', 'VIP {address} already belongs to {owner}'],
  'pg-vip-network': ['PIG5714', 'warning', 'no member of `{cluster}` is in the network of its VIP {address}'],
  'pg-vip-members': ['PIG5715', 'warning', 'member {host} is outside the network of the VIP {address}'],
  'dns-name-conflict': ['PIG5716', 'error', 'name `{name}` is also that of {other}'],
  'dns-target': ['PIG5717', 'error', '`pg_dns_target` `{value}` is neither auto, primary, vip, none nor an IPv4 address'],
  'dns-target-vip': ['PIG5718', 'warning', '`pg_dns_target: vip` but cluster `{cluster}` has no VIP'],
  'service-lone-member': ['PIG5720', 'warning', 'service `{service}` ends with {host}, although the cluster has other members'],
  'port-conflict': ['PIG5801', 'error', 'port {port} on {host} is wanted by {what} and by {other}'],
  'backup-method': ['PIG5802', 'error', '`pgbackrest_repo` does not define repository `{method}`'],
  'backup-minio-missing': ['PIG5803', 'warning', 'backups go to MinIO, but the inventory has no MinIO cluster'],
  'backup-minio-mismatch': ['PIG5804', 'warning', 'the backup repository does not fit the MinIO cluster: {problem}'],
  'backup-option': ['PIG5805', 'error', 'repository `{repository}`: {problem}'],
  'pitr-target': ['PIG5806', 'error', 'recovery target is not clear: {problem}'],
  'remote-exporter': ['PIG5807', 'error', 'remote monitoring: {problem}'],
  'backup-endpoint': ['PIG5808', 'warning', 'nothing of the inventory tells {host} what `{name}` is'],
  'backup-never-full': ['PIG5809', 'hint', 'the schedule of {clusters} has backups, but never a full one'],
  'intranet-outsiders': ['PIG5810', 'warning', 'the firewall closes all but public ports between the hosts: {outside} in none of {networks}', 'build'],
  'dns-own-server': ['PIG5811', 'error', '{host} is a name server, and its resolver would ask nobody else'],
  'dns-no-server': ['PIG5812', 'warning', 'name server {server} does not answer: it {why}'],
  'vip-name-taken': ['PIG5813', 'warning', 'virtual address {address} gets no name: `{name}` leads to {owner}'],
  'data-directory': ['PIG5814', 'error', 'directory `{path}` of `{name}` {problem}'],
  'time-zone': ['PIG5815', 'warning', 'no time zone is called `{name}`'],
  'sysctl-value': ['PIG5816', 'warning', '`{name}`: {problem}'],
  'redis-identity': ['PIG5901', 'error', 'Redis host {host} {problem}'],
  'redis-directory': ['PIG5902', 'error', '`redis_fs_main` may not be `/data`'],
  'redis-node-duplicate': ['PIG5903', 'error', '`redis_node` {node} of cluster `{cluster}` already belongs to {first}'],
  'redis-port': ['PIG5904', 'error', '`{port}` is not usable as the port of a Redis instance'],
  'redis-exporter-password': ['PIG5905', 'warning', 'instance {port} has a password of its own, which the exporter does not know'],
  'redis-cluster-size': ['PIG5906', 'error', 'native cluster `{cluster}` has {count} instances; {replicas} replica(s) each need at least {least}'],
  'redis-cluster-uneven': ['PIG5907', 'warning', 'native cluster `{cluster}`: {count} instances do not divide into groups of a primary and {replicas} replica(s)'],
  'redis-cluster-hosts': ['PIG5908', 'warning', 'native cluster `{cluster}` is on {hosts} host(s): losing one can lose the majority'],
  'redis-replica-of': ['PIG5910', 'error', '`replica_of`: {problem}'],
  'redis-replica-unknown': ['PIG5911', 'warning', 'the source {address} of this replica is not a host of the inventory'],
  'redis-replica-mode': ['PIG5912', 'warning', '`replica_of` has no effect with `redis_mode: {mode}`'],
  'sentinel-mode': ['PIG5913', 'warning', '`redis_sentinel_monitor` has no effect: cluster `{cluster}` is not in sentinel mode'],
  'sentinel-quorum': ['PIG5914', 'error', 'quorum {quorum} is not between 1 and the number of sentinels, {count}'],
  'sentinel-placement': ['PIG5915', 'warning', 'the sentinels do not protect against a failure: {problem}'],
  'sentinel-target': ['PIG5916', 'error', 'sentinel cannot watch this master: {problem}'],
  'sentinel-target-unknown': ['PIG5917', 'warning', 'watched master {address} is not a Redis host of the inventory'],
  'sentinel-remove': ['PIG5918', 'warning', '`password` of a master with `remove: true` is not used'],
  'minio-global': ['PIG5920', 'error', '`minio_cluster` may not be set for all hosts'],
  'minio-seq': ['PIG5921', 'error', 'MinIO host {host} {problem}'],
  'minio-node': ['PIG5922', 'error', '`minio_node` must contain the placeholder for the server\'s number'],
  'minio-data': ['PIG5923', 'error', '`minio_data` {problem}'],
  'minio-drives': ['PIG5924', 'error', 'MinIO cluster `{cluster}` has {total} drives in all; several servers need at least 3, better 4'],
  'minio-pool': ['PIG5925', 'error', '`minio_volumes`: {problem}'],
  'minio-alias': ['PIG5926', 'warning', 'clusters `{cluster}` and `{other}` have the same `{name}`: `{value}`'],
  'minio-user': ['PIG5927', 'error', 'MinIO user: {problem}'],
  'minio-bucket': ['PIG5928', 'error', 'bucket `{name}` {problem}'],
  'minio-few-drives': ['PIG5929', 'warning', 'MinIO cluster `{cluster}` has 3 drives in all; 4 or more are advised'],
  'redis-open': ['PIG5930', 'warning', 'anyone who reaches an instance of `{cluster}` owns it: no password, on {address}'],
  'minio-volumes': ['PIG5931', 'warning', '`minio_volumes`: {problem}'],
  'minio-root': ['PIG5932', 'error', '`{name}` {problem}'],
  'app-without-docker': ['PIG5940', 'warning', 'application `{name}` needs `docker_enabled: true` on {host}'],
  'app-unknown': ['PIG5941', 'warning', '`app` is `{name}`, which `apps` does not define'],
  'juice-instance': ['PIG5942', 'warning', 'JuiceFS instance `{name}` uses port {port} like another one'],
  'kafka-identity': ['PIG5943', 'warning', 'Kafka cluster: {problem}'],
  'kafka-topology': ['PIG5944', 'warning', 'Kafka cluster `{cluster}`: {problem}'],
  'kafka-controllers': ['PIG5945', 'hint', 'Kafka cluster `{cluster}` has {count} controllers; an odd number survives as many failures with one less'],
  'kafka-setting': ['PIG5946', 'warning', 'Kafka: {problem}'],
  'mysql-identity': ['PIG5947', 'warning', 'MySQL cluster: {problem}'],
  'mysql-setting': ['PIG5948', 'warning', 'MySQL: {problem}'],
  'selector-impossible-value': ['PIG5960', 'warning', '`{name}` is never `{value}`'],
  'haproxy-server-duplicate': ['PIG5961', 'error', 'server `{name}` of service `{service}` is listed twice'],
  'sentinel-duplicate': ['PIG5962', 'error', 'sentinels watch two masters as `{name}`'],
  'repo-duplicate': ['PIG5963', 'warning', 'repository `{name}` is defined twice for one release'],
  'nearly-all': ['PIG5964', 'warning', 'top-level group `{name}` is not `all`'],
  'library-unknown': ['PIG5965', 'warning', 'no library is called `{name}`'],
  'package-unknown': ['PIG5966', 'warning', 'no package is called `{name}`'],
  'redis-rename-unknown': ['PIG5967', 'warning', 'no command of Redis is called `{command}`'],
  'redis-rename-clash': ['PIG5968', 'error', '`{name}` is the name of another command already'],
  'repo-without-builder': ['PIG5969', 'warning', 'nothing builds the repository that hosts take packages from: {problem}'],
  'redis-command-needed': ['PIG5970', 'error', '`{command}` is {state}, but {who}'],
  'sentinel-watches-replica': ['PIG5971', 'warning', 'the watched instance {instance} is declared a replica of {source}'],
  'redis-bind': ['PIG5972', 'error', '`redis_bind_address` of {host}: {problem}'],
  'portal-endpoint-name': ['PIG5973', 'warning', 'nothing of the inventory tells {host} what `{name}` is'],
  'receiver-useless': ['PIG5974', 'error', 'the receiver `{name}` {problem}'],
  'program-option': ['PIG5975', 'warning', '`{name}`: {problem}'],
  'file-claimed-twice': ['PIG7001', 'error', '`{path}` on host {host} would be written by both {first} and {second}'],
  'unrepresentable-value': ['PIG8001', 'error', '{name} cannot be written to `{path}` of host {host}: {grammar} cannot hold {reason}'],
  'output-not-ours': ['PIG9001', 'error', '`{path}` holds files that no build of pigstyc made'],
  'bad-local-key': ['PIG9002', 'error', '`{path}` is not a key of 32 random bytes in hexadecimal'],
  'bad-authority': ['PIG9003', 'error', 'the certificate authority `{path}` cannot be used: {reason}'],
  'bad-kept-salts': ['PIG9004', 'error', '`{path}` does not hold salts as `adopt` writes them'],
  'unsafe-path': ['PIG9010', 'error', '`{path}` cannot be written on `{host}`: {reason} (from {origin})'],
  'output-refused': ['PIG9011', 'error', 'no bundle can be built in `{path}`: {reason}'],
  'output-locked': ['PIG9012', 'error', 'another build works in `{path}`: process {pid} on `{host}`, since {since} (`{lock}`)'],
  'output-lost': ['PIG9013', 'error', 'another build has taken `{path}` over'],
  'output-has-link': ['PIG9014', 'error', '`{path}` is a symbolic link'],
  'merge-settled': ['PIG9015', 'hint', '{count} files of `{path}` were left between two sides of a merge; they were made again: `git add {path}` settles it'],
  'merge-needs-all': ['PIG9016', 'error', '`{path}` is between two sides of a merge: build without `--limit`'],
  'two-authorities': ['PIG9101', 'error', 'there are two authorities, `{first}` and `{second}`'],
  'state-of-another': ['PIG9102', 'error', 'the state in `{directory}` belongs to another site, {owner}'],
  'state-elsewhere': ['PIG9103', 'error', '`{found}` may be the authority of this site: where several files make it, it is looked for in `{directory}`'],
  'authority-changed': ['PIG9104', 'error', '`{out}` was built with {was}, and `{path}` {is}'],
  'key-changed': ['PIG9105', 'error', '`{out}` was built with the key `{path}`, which {is}'],
  'demo-key-refused': ['PIG9106', 'error', 'the demo key `{path}` may not be used with secrets that are not public: {secrets}'],
  'cmdb-address': ['PIG9201', 'error', '`{address}` is no address of a database: {reason}'],
  'cmdb-unreachable': ['PIG9202', 'error', 'cannot reach `{database}`: {reason}'],
  'cmdb-login': ['PIG9203', 'error', '`{database}` lets nobody in with these credentials: {reason}'],
  'cmdb-no-schema': ['PIG9204', 'error', '`{database}` holds no inventory: {what}'],
  'cmdb-version': ['PIG9205', 'error', 'the schema `pigsty` of `{database}` does not fit: {problem}'],
  'cmdb-no-right': ['PIG9206', 'error', 'the user may not do that in `{database}`: {reason}'],
  'cmdb-failed': ['PIG9207', 'error', '`{database}` refused a statement: {reason} (SQLSTATE {state})'],
  'cmdb-empty': ['PIG9208', 'error', 'the tables of `{database}` are empty'],
  'cmdb-conflict': ['PIG9209', 'error', '`{database}` was changed in SQL since the last load, and the file says something else: {rows}'],
  'cmdb-changed': ['PIG9210', 'error', '`{database}` was changed after the difference was shown'],
  'cmdb-not-held': ['PIG9211', 'error', 'tables cannot hold this inventory: {what}'],
};

/** Texts of placeholders that have several: slug, placeholder, name of the text. */
export const VARIANTS: { readonly [S in Slug]?: Readonly<Record<string, Readonly<Record<string, string>>>> } = {
  'suppression-syntax': {
    problem: {
      'word': '`{word}` is not `allow` or `allow-file`',
      'no-code': 'no code follows',
    },
  },
  'unknown-alias': {
    what: {
      'open': '`&{name}` is still being defined here',
      'absent': 'no `&{name}` comes before it',
    },
  },
  'invalid-scalar': {
    reason: {
      'reserved': 'YAML reserves a lone `=`',
      'merge': '`<<` is only allowed as a key',
      'date': 'there is no such date',
      'digits': '`{text}` has no digits',
      'tag': 'it is not what `{tag}` says',
    },
  },
  'ini-line': {
    problem: {
      'no-section': '`{line}` is no section: `[group]`, `[group:vars]` or `[group:children]`',
      'section-kind': 'a section is `vars` or `children` of a group, not `{kind}`',
      'open-quote': 'a quote is not closed',
      'no-host': '`{word}` is no host: is this YAML?',
      'no-assignment': '`{word}` is no `name=value`',
      'no-variable': '`{line}` is no `name = value`',
      'no-group': '`{line}` is no name of a group',
    },
  },
  'foreign-inventory': {
    what: {
      'kubernetes': 'a manifest of Kubernetes',
      'postgresql-conf': 'a postgresql.conf',
      'pg-hba-conf': 'a pg_hba.conf',
      'ansible-cfg': 'an ansible.cfg',
      'patroni': 'Patroni\'s configuration of one server',
      'tpa': 'the configuration of a cluster of TPA',
      'plugin': 'the configuration of an inventory plugin of Ansible',
      'kubespray': 'an inventory of Kubespray',
      'autobase': 'an inventory of Autobase',
      'ceph': 'an inventory of ceph-ansible',
      'openstack': 'an inventory of OpenStack-Ansible',
      'playbook': 'a playbook of Ansible',
      'compose': 'a file of Docker Compose',
      'variables': 'variables without a group',
      'other': 'an inventory of Ansible for something else',
    },
  },
  'option-line': {
    problem: {
      'no-option': '`{word}` is no option',
      'no-directive': '`{word}` is no directive',
      'no-keyword': '`{word}` is no keyword',
      'no-timeout': '`{word}` is no timeout',
      'needs-name': '`{word}` needs a name',
      'needs-value': '`{option}` needs a value',
      'not-known': '`{option}` cannot be `{value}`',
      'needs-time': '`{option}` needs a time such as `3s`, not `{value}`',
      'needs-number': '`{option}` needs a number, not `{value}`',
      'number-from': '`{option}` needs a number from {least}, not `{value}`',
      'number-between': '`{option}` needs a number from {least} to {most}, not `{value}`',
      'no-time': '`timeout {timeout}` needs a time such as `5m`',
      'not-a-time': '`timeout {timeout}` needs a time such as `5m`, not `{value}`',
      'behind-time': '`{word}` does not belong behind `timeout {timeout} {time}`',
      'needs-address': '`{directive}` needs an address or a name',
      'comment': 'chrony takes a `#` behind other words for one of them',
      'no-encoding': 'PostgreSQL has no encoding `{encoding}` for databases',
      'no-day': '{day} is no day of the calendar',
      'no-hour': '{time} is no time of the day',
      'no-target': 'a recovery has no target `{target}`',
    },
  },
  'selector-syntax': {
    what: {
      'not-closed': '`{bracket}` is not closed',
      'assignment': '`=` compares nothing, write `==`',
      'ends': 'it ends too early',
      'unexpected': 'unexpected `{word}`',
    },
  },
  'admin-ip': {
    problem: {
      'missing': '`admin_ip` is not set',
      'no-address': '`{address}` is not an IPv4 address',
    },
  },
  'address-unreachable': {
    problem: {
      'nobody': 'it stands for no host',
      'reserved': 'it is reserved',
      'multicast': 'it is a multicast address',
      'own': 'every host takes it for itself',
    },
  },
  'version-differs': {
    problem: {
      'none': '`version` `{written}` is no release: write `{present}`',
      'newer': 'written for {written}, and the defaults here are those of {present}',
      'changed': 'written for {written}: {count} defaults that count here are others since then',
    },
  },
  'infra-seq': {
    problem: {
      'missing': 'has no `infra_seq`',
      'no-number': 'has `infra_seq` `{seq}`, which is not a number',
    },
  },
  'portal-source': {
    problem: {
      'none': 'has none of `endpoint`, `path` and `conf`',
      'two': 'has both `endpoint` and `path`',
    },
  },
  'certbot': {
    problem: {
      'no-site': 'no entry of `infra_portal` has `certbot`',
      'no-email': '`certbot_email` is not set',
    },
  },
  'vip-address': {
    problem: {
      'missing': '{host} has no `vip_address`',
      'no-address': '`{address}` is not an IPv4 address without mask',
      'taken': '`{address}` is the address of host {host}',
    },
  },
  'vip-vrid-conflict': {
    problem: {
      'differs': '{one} and {other} share {address} but not their `vip_vrid`',
      'same': '{address} and {other} both use `vip_vrid` {vrid}',
    },
  },
  'crontab-line': {
    problem: {
      'nickname': 'has `{word}`, which cron does not know',
      'incomplete': 'needs five times (or `@daily`) and a command',
      'incomplete-with-user': 'needs five times (or `@daily`), a user and a command',
      'no-times': 'needs five times (or `@daily`) and a command: {field}',
      'no-times-with-user': 'needs five times (or `@daily`), a user and a command: {field}',
      'time': '{field}',
    },
    field: {
      'none': 'has no {part} in `{text}`',
      'step': 'has `/{step}` as step of the {part}',
      'value': 'has `{value}` as {part}: {least} to {most}',
      'range': 'has the range `{range}` as {part}',
    },
  },
  'crontab-command': {
    problem: {
      'never': 'has {day}, which never comes',
      'no-user': 'lacks its user: cron takes `{word}` for one',
      'unknown-user': 'names user `{user}`, which nothing here makes on {host}',
      'own-table': 'names user `{first}`, but the table belongs to the database superuser',
      'percent': 'ends at its first `%`, what follows is its input: write `\\%`',
      'backup-type': 'wants a backup of type `{type}`',
      'backups-off': 'calls `pg-backup`, and `pgbackrest_enabled` is `false`',
    },
  },
  'haproxy-service-name': {
    problem: {
      'twice': 'is used twice',
      'of-cluster': 'looks like a service of PostgreSQL cluster {cluster}',
    },
  },
  'etcd-seq': {
    problem: {
      'missing': 'has no `etcd_seq`',
      'no-number': 'has `etcd_seq` `{seq}`, which is not a number',
    },
  },
  'pg-standby-objects': {
    problem: {
      'absent': 'does not exist at `{original}`',
      'password': 'has another password there',
      'parameter': 'has another `{parameter}` there',
    },
  },
  'citus-database': {
    problem: {
      'differs': '{cluster} uses `{other}`, {first} uses `{database}`',
      'not-set': '`pg_primary_db` of {cluster} is not set',
      'of-postgres': '`pg_primary_db` of {cluster} is `postgres`',
      'not-defined': '`{database}` is not in `pg_databases` of {cluster}',
    },
  },
  'pg-parameter-value': {
    problem: {
      'lines': 'must be a single line',
      'no-name': 'is not a parameter name',
    },
  },
  'rto-plan': {
    problem: {
      'count': 'needs {wanted} values ({fields}), has {count}',
      'value': 'has `{value}` for {field}',
      'ttl': 'has ttl {ttl}, less than loop wait + 2 × retry timeout = {least}',
    },
  },
  'rto-margin': {
    problem: {
      'margin': 'safety margin {margin} is not below ttl {ttl}',
      'fastinter': 'fastinter is not below inter',
    },
  },
  'pg-listen': {
    problem: {
      'no-vip': 'has `${vip}`, but the cluster has no VIP',
      'no-address': 'has `{bad}`, which is not an address',
      'twice': 'has `{double}` twice',
      'not-own': 'does not include the address of {host}',
    },
  },
  'setting-version': {
    problem: {
      'later': 'came with PostgreSQL {since}',
      'gone': 'is gone since PostgreSQL {since}',
    },
  },
  'setting-value': {
    problem: {
      'boolean': 'is not a boolean: `on` or `off`',
      'word': 'is not one of {words}',
      'integer': 'is not an integer',
      'number': 'is not a number',
    },
  },
  'setting-unit': {
    problem: {
      'none': 'has a unit, and the setting takes none',
      'unknown': 'has an unknown unit: {units} are known, case matters',
    },
  },
  'setting-range': {
    problem: {
      'outside': 'is not in {range}',
      'reserved': 'must be less than `max_connections`, {most}: the server does not start',
    },
  },
  'setting-list': {
    problem: {
      'quoted-words': 'has quotes that become part of the words',
      'quoted-list': 'has quotes that make one name of several',
    },
  },
  'setting-place': {
    reason: {
      'told': 'it tells what the server is',
      'session': 'it belongs to a session or the command line',
      'start': 'the server takes it when it starts',
      'server': 'it is one for the whole server',
      'connection': 'it is fixed before the role and database of a connection are known',
    },
  },
  'setting-of-module': {
    problem: {
      'later': 'came with PostgreSQL {since}',
      'gone': 'is gone since PostgreSQL {since}',
      'unknown': 'is no setting of a module of PostgreSQL',
    },
  },
  'user-redefines-system': {
    problem: {
      'login': 'may not log in',
      'attribute': 'loses `{attribute}`',
      'password': 'gets another password than `{parameter}`',
    },
  },
  'db-pool': {
    problem: {
      'least-above-size': '`pool_size_min` {least} is above `pool_size` {size}',
      'limit-above-server': '`pool_connlimit` {limit} is above `pg_max_conn` {server}',
      'sum-above-limit': '{sum} is above `pool_connlimit` {limit}',
    },
  },
  'pool-name': {
    problem: {
      'not-in-pool': 'it is not in the pool',
      'left-out': '{options} is left out',
    },
  },
  'hba-bad-line': {
    problem: {
      'types': 'several connection types in one line',
      'type': '`{word}` is no connection type',
      'no-database': 'the database is missing',
      'no-user': 'the user is missing',
      'no-address': 'the address is missing',
      'no-method': 'the authentication method is missing',
      'method': '`{word}` is no authentication method',
      'peer': '`peer` works on local sockets only',
      'cert': '`cert` works on `hostssl` connections only',
      'gss': '`gss` does not work on local sockets',
      'network': '`{word}` is no network',
      'mask': 'an address needs a mask, as in `10.1.2.3/32`',
      'families': 'address and mask are of different families',
      'option': '`{word}` is not of the form name=value',
    },
  },
  'hba-pool-line': {
    problem: {
      'type': '`{word}` is no connection type of PgBouncer',
      'no-database': 'the database is missing',
      'no-user': 'the user is missing',
      'no-address': 'the address is missing',
      'no-method': 'the authentication method is missing',
      'method': 'PgBouncer has no authentication method `{word}`',
      'roles': 'PgBouncer does not know roles, so `{word}` means nothing to it',
      'network': '`{word}` is no network',
      'name': '`{word}` is no address: PgBouncer knows no host names',
      'mask': 'an address needs a mask, as in `10.1.2.3/32`',
      'families': 'address and mask are of different families',
      'option': '`{word}` is not of the form name=value',
      'bits': 'the address has bits behind its mask, which PgBouncer compares too',
    },
  },
  'backup-minio-mismatch': {
    problem: {
      'no-cluster': '`{endpoint}` is the `minio_domain` of no cluster',
      'no-bucket': 'no bucket `{bucket}` in `minio_buckets`',
      'no-user': 'no user `{key}` in `minio_users`',
      'other-secret': 'the secret key of user `{key}` is another one in `minio_users`',
      'plain-http': 'the server speaks plain HTTP, and pgBackRest TLS only',
      'port': 'the server does not listen on port {port}',
    },
  },
  'backup-option': {
    problem: {
      'missing': 'type `{type}` needs {names}',
      'words': '`{name}` must be one of {words}',
      'number': '`{name}` must be a number from {least} to {most}',
      'unknown': '`{name}` is no option',
      'scalar': '`{name}` must be one value',
      'line': '`{name}` must be a single line',
      'in-data': '`path` is in the data directory, which is to be empty before the first start',
      'no-pass': '`cipher_type` {cipher} needs `cipher_pass`',
    },
  },
  'pitr-target': {
    problem: {
      'two': 'both `{given}` and `{second}` are given',
      'missing': 'type `{wanted}` needs `{wanted}`',
      'other-type': '`{given}` does not go with type `{type}`',
    },
  },
  'remote-exporter': {
    problem: {
      'no-port': '`{name}` is not a port',
      'twice': '{name} is monitored twice',
    },
  },
  'data-directory': {
    problem: {
      'in-pg': 'is in `/pg`, which is a link to the data of PostgreSQL',
      'shared': 'is that of `{other}`, too',
      'in-closed': 'is in that of `{other}`, which is closed to others',
      'closes': 'is closed to others, and `{inside}` is in it: {at}',
    },
  },
  'sysctl-value': {
    problem: {
      'no-setting': 'the kernel has no setting `{name}`',
      'no-boolean': 'the kernel takes numbers, not {value}',
      'no-number': 'the kernel takes numbers, not `{value}`',
      'out-of-range': 'the kernel takes {least} to {most}',
    },
  },
  'redis-identity': {
    problem: {
      'missing': 'has no {missing}',
      'no-number': 'needs a positive `redis_node`',
      'no-cluster': 'has instances but no `redis_cluster`',
    },
  },
  'redis-replica-of': {
    problem: {
      'no-address': '`{value}` is not `<ip> <port>`',
      'no-instance': 'no instance listens on {address} {port}',
      'circle': 'instances replicate in a circle: {circle}',
    },
  },
  'sentinel-placement': {
    problem: {
      'too-few': '{sentinels} cannot reach a majority when one fails; use 3 or 5',
      'even': '{count} sentinels survive no more failures than {fewer}; use {fewer} or {more}',
      'few-hosts': '{count} sentinels on {machines} fail together',
    },
  },
  'sentinel-target': {
    problem: {
      'name': '`{address}` is a name, and sentinels are told addresses',
      'no-instance': 'no instance of {address} listens on port {port}',
      'password': 'its password is not the `redis_password` of cluster {cluster}',
    },
  },
  'minio-seq': {
    problem: {
      'missing': 'has no `minio_seq`',
      'no-number': 'has `minio_seq` `{seq}`, which is not a number',
      'taken': 'has `minio_seq` {seq} like {first}',
      'no-cluster': 'has `minio_seq` but no `minio_cluster`',
      'gap': 'has `minio_seq` {seq}, which leaves a gap: the range {from}...{to} names servers that do not exist',
    },
  },
  'minio-data': {
    problem: {
      'relative': '`{data}` is not an absolute path',
      'ranges': '`{data}` has more than one range',
      'bad-range': '`{range}` is not a range like `{example}`',
      'drives': 'and {members} member(s) make {total} drives, which no erasure set of 2 to 16 divides',
      'differs': '{other} and {first} have different directories',
    },
  },
  'minio-pool': {
    problem: {
      'two-pools': 'server `{double}` is in two pools',
      'not-in-pool': 'no pool contains member `{missing}`',
    },
  },
  'minio-user': {
    problem: {
      'short-key': 'the access key must have at least 3 characters',
      'twice': 'user `{key}` is defined twice',
      'short-secret': 'the secret key of `{key}` must have at least 8 characters',
      'policy': 'policy `{name}` is neither a bucket nor a built-in policy',
    },
  },
  'minio-bucket': {
    problem: {
      'bad-name': 'is not a bucket name (3 to 63 lower-case letters, digits, dots and hyphens)',
      'twice': 'is defined twice',
    },
  },
  'minio-volumes': {
    problem: {
      'directory': 'nothing makes the directory {directory}: `minio_data` is {data}',
      'port': 'the servers listen on port {own}, not {port}',
      'server': 'no member is called {server}',
    },
  },
  'minio-root': {
    problem: {
      'same-name': 'has a user with the name of the root user, which the server refuses',
      'short': 'has fewer than {least} characters',
    },
  },
  'kafka-identity': {
    problem: {
      'bad-name': '`{cluster}` is not a cluster name',
      'no-number': '{host} needs a number in `kafka_seq`',
      'same-number': '{host} and {first} have the same `kafka_seq`',
    },
  },
  'kafka-topology': {
    problem: {
      'some-roles': 'some members have `kafka_role` and some do not',
      'no-controller': 'it has no controller',
      'no-broker': 'it has no broker',
      'some-racks': 'some brokers have `kafka_rack` and some do not',
    },
  },
  'kafka-setting': {
    problem: {
      'data': '`kafka_data` `{data}` is not a directory of its own',
      'computed': '`{name}` is computed and may not be set',
      'users-need-scram': '`kafka_users` needs `kafka_security: scram`',
      'twice': '`{name}` is defined twice',
      'replicas': '`{name}` wants {copies} replicas, the cluster has {brokers}',
      'short-password': 'the password of `{name}` must have at least 12 characters',
    },
  },
  'mysql-identity': {
    problem: {
      'bad-name': '`{cluster}` is not a cluster name',
      'group': 'the group must be called `{cluster}` like the cluster',
      'members': 'a cluster has 1 or 3 members, this one {count}',
      'numbers': '`mysql_seq` of the members must be 1 to {count}',
    },
  },
  'mysql-setting': {
    problem: {
      'password': '`{name}` needs a real password on one line',
      'reserved': '`{name}` is reserved',
      'user-password': 'user `{name}` needs a real password on one line',
    },
  },
  'repo-without-builder': {
    problem: {
      'off': '{host} has `{setting}: {value}`',
      'other-system': '{host} is {system} {arch}, {admin} has packages for {served} {servedArch}',
    },
  },
  'redis-bind': {
    problem: {
      'foreign': 'listens on {address}, which is the address of another host',
      'local': 'is reached by {peer}, but listens on {addresses} only',
    },
  },
  'receiver-useless': {
    problem: {
      'reserved': 'has the name of the receiver that tells nobody',
      'twice': 'is declared twice',
      'no-way': 'has no `webhook`, `mail` or `pagerduty`',
      'no-server': 'is told by mail, and `alertmanager_smtp` names no mail server',
    },
  },
  'program-option': {
    problem: {
      'no-dash': '`{word}` is no option: it does not begin with `-`',
      'letters': '`{word}` is a row of one-letter options',
      'no-value': '`--{option}` takes no value',
      'no-option': '`{word}` is no option',
      'already-set': '`{option}` is set by pigstyc already',
      'twice': '`--{option}` stands there twice',
      'switch': '`{word}` needs `true` or `false`, not `{value}`',
      'number': '`{word}` needs a number, not `{value}`',
      'duration': '`{word}` needs a time such as `90s` or `36h`, which has no days, not `{value}`',
      'months': '`{word}` needs a time such as `15d`; without a unit it is months, not `{value}`',
    },
  },
  'bad-authority': {
    reason: {
      'absent': 'it does not exist',
      'not-created': 'it does not exist and `ca_create` is false',
      'no-certificate': 'it is no certificate',
      'other-key': 'its key and certificate do not belong together',
      'expired': 'it expired on {date}',
      'no-private-key': '{file} is no private key',
      'no-key': '{file} is missing',
      'cannot-sign': '{file} is missing, and {names} must be signed',
      'new-cannot-sign': '{file} is missing, so the new authority cannot sign',
      'not-trusted': 'no host trusts {file} yet: build --new-authority, and deploy all hosts, before it signs',
      'still-used': '{names} still bear the name of the former one: build, and deploy all hosts, before it leaves',
    },
  },
  'output-refused': {
    reason: {
      'root': 'it is the root directory',
      'link': 'it is a symbolic link; name the directory it points to',
      'file': 'it is no directory',
      'state': 'it lies in `{state}`, which holds keys of the site',
    },
  },
  'cmdb-version': {
    problem: {
      'missing': '{tables} missing',
      'later': 'version {version}, and this pigstyc knows {known}',
      'foreign': 'made by another program',
      'earlier': 'version {version}, not {known}',
    },
  },
};
