export type OsFamily = 'rpm' | 'deb';

export interface HostFacts {
  /** Logical CPUs. */
  readonly cpu: number;
  /** Total memory in MiB. */
  readonly memoryMib: number;
  /** Size of the file system that holds the data directory, in GiB. */
  readonly diskGib: number;
  readonly osFamily: OsFamily;
  /** `debian`, `ubuntu`, `rocky`, … */
  readonly osVendor: string;
  /** `12`, `24.04`, `9.4` */
  readonly osVersion: string;
  /** `bookworm`, `noble`, `el9` */
  readonly osCodename: string;
  /** Short code: `d12`, `u24`, `el9`. */
  readonly osCode: string;
  readonly arch: 'x86_64' | 'aarch64';
  /** Where the sizing facts came from. `assumed` means the documented default profile: apply.sh checks before it applies. */
  readonly source: 'facts-file' | 'inventory' | 'assumed';
}
