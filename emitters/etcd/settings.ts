import type { FileSettings } from '../settings.ts';

/** etcd.conf. etcd reads everything when it starts, and how a cluster begins only without data. */
export const ETCD_SETTINGS: FileSettings = {
  name: 'etcd',
  separator: ':',
  needs: {
    name: 'new data',
    'data-dir': 'new data',
    'initial-advertise-peer-urls': 'new data',
    'initial-cluster*': 'first start',
  },
};
