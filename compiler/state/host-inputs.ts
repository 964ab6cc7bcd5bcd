import { Neighbourhoods, shownData, SHOWN } from '../model/neighbourhood.ts';
import type { Host, Site } from '../model/site.ts';
import { pkiByHost, type Pki } from '../pki/certificates.ts';
import type { LocalKey } from '../secrets/local-key.ts';
import { ModelText, OpaqueValue } from './model-text.ts';

/** What all files of a site are made from besides the model and the program. */
export interface Surroundings {
  readonly key: LocalKey;
  readonly pki: Pki;
  /** Salts that verifiers had before, as text. */
  readonly salts: string;
}

/** Digests of everything that the files of a host are made from. They are keyed: nobody can try passwords against them. */
export class HostInputs {
  readonly #surroundings: Surroundings;
  readonly #neighbourhoods: Neighbourhoods;
  readonly #text: ModelText;
  readonly #site: Site;
  readonly #common: string;
  readonly #pkiOf: (host: Host) => Pki;
  readonly #neighbours = new Map<Host, string>();
  #whole: string | undefined;

  constructor(site: Site, surroundings: Surroundings) {
    this.#site = site;
    this.#surroundings = surroundings;
    this.#neighbourhoods = new Neighbourhoods(site);
    this.#text = new ModelText(site);
    this.#pkiOf = pkiByHost(surroundings.pki);
    const { platform, adminIp, ca, assets = new Map<string, string>() } = site;
    const shown = Object.entries(SHOWN).map(([name, fields]) => shownData(site[name as keyof typeof SHOWN], fields));
    this.#common = this.#digest(
      'common',
      surroundings.salts,
      surroundings.pki.authority,
      JSON.stringify([platform.name, adminIp, ca.commonName, [...assets], shown]),
    );
  }

  /**
   * Undefined when it cannot be said.
   * @param whole whether the files of the host need more of the site than its neighbours
   */
  of(host: Host, whole: boolean): string | undefined {
    try {
      return this.#of(host, whole);
    } catch (error) {
      if (error instanceof OpaqueValue) return undefined;
      throw error;
    }
  }

  #of(host: Host, whole: boolean): string {
    const certificates = [...this.#pkiOf(host).entries.values()].map(({ request, key, certificate }) =>
      JSON.stringify([request, key, certificate]),
    );
    return this.#digest(
      'host',
      host.name,
      this.#common,
      whole ? this.#ofSite() : this.#ofNeighbours(host),
      ...certificates,
    );
  }

  #ofNeighbours(host: Host): string {
    const hosts = this.#neighbourhoods.of(host);
    let digest = this.#neighbours.get(hosts[0]!);
    if (digest === undefined)
      this.#neighbours.set(hosts[0]!, (digest = this.#digest('neighbours', this.#text.of(hosts))));
    return digest;
  }

  #ofSite(): string {
    this.#whole ??= this.#digest(
      'site',
      this.#text.ofSite(this.#site),
      ...this.#site.hosts.map((host) => this.#ofNeighbours(host)),
    );
    return this.#whole;
  }

  #digest(kind: string, ...parts: readonly string[]): string {
    return this.#surroundings.key.hmac(`inputs of files: ${kind}`, ...parts).toString('base64');
  }
}
