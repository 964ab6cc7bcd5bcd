import { Neighbourhoods, shownData, SHOWN } from '../model/neighbourhood.ts';
import type { Names } from '../model/reads.ts';
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

/** What the files of a host are made from, in digests. They are keyed: nobody can try passwords against them. */
export interface Inputs {
  /** Of everything but parameters, which any file may depend on. */
  readonly common: string;
  /** Of each parameter, on the hosts whose parameters the files may read. */
  readonly params: ReadonlyMap<string, string>;
}

/** Parameters that differ; undefined where something else does. */
export function changedParameters(former: Inputs, now: Inputs): Names | undefined {
  if (former.common !== now.common) return undefined;
  if (former.params === now.params) return new Set();
  const names = new Set([...former.params.keys(), ...now.params.keys()]);
  return new Set([...names].filter((name) => former.params.get(name) !== now.params.get(name)));
}

/** Makes the digests. */
export class HostInputs {
  readonly #surroundings: Surroundings;
  readonly #neighbourhoods: Neighbourhoods;
  readonly #text: ModelText;
  readonly #site: Site;
  readonly #common: string;
  readonly #pkiOf: (host: Host) => Pki;
  readonly #neighbours = new Map<Host, Inputs>();
  /** Most clusters have most parameters in common. */
  readonly #digests = new Map<string, string>();
  #whole: Inputs | undefined;

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
  of(host: Host, whole: boolean): Inputs | undefined {
    try {
      return this.#of(host, whole);
    } catch (error) {
      if (error instanceof OpaqueValue) return undefined;
      throw error;
    }
  }

  #of(host: Host, whole: boolean): Inputs {
    const certificates = [...this.#pkiOf(host).entries.values()].map(({ request, key, certificate }) =>
      JSON.stringify([request, key, certificate]),
    );
    const { common, params } = whole ? this.#ofSite() : this.#ofNeighbours(host);
    return { common: this.#digest('host', host.name, this.#common, common, ...certificates), params };
  }

  #ofNeighbours(host: Host): Inputs {
    const hosts = this.#neighbourhoods.of(host);
    let inputs = this.#neighbours.get(hosts[0]!);
    if (inputs === undefined) {
      const params = this.#ofTexts(this.#text.params(hosts));
      inputs = { common: this.#digest('neighbours', this.#text.of(hosts)), params };
      this.#neighbours.set(hosts[0]!, inputs);
    }
    return inputs;
  }

  #ofSite(): Inputs {
    if (this.#whole !== undefined) return this.#whole;
    const each = this.#site.hosts.map((host) => this.#ofNeighbours(host));
    const common = this.#digest('site', this.#text.ofSite(this.#site), ...each.map((inputs) => inputs.common));
    const texts = new Map<string, string>();
    [...new Set(each)].forEach(({ params }, at) => {
      for (const [name, digest] of params) texts.set(name, `${texts.get(name) ?? ''}${at}=${digest}\n`);
    });
    return (this.#whole = { common, params: this.#ofTexts(texts) });
  }

  #ofTexts(texts: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    return new Map(
      [...texts].map(([name, text]) => {
        const key = `${name}\n${text}`;
        const known = this.#digests.get(key);
        if (known !== undefined) return [name, known];
        if (this.#digests.size > 5000) this.#digests.clear();
        const digest = this.#digest('parameter', key).slice(0, 22);
        this.#digests.set(key, digest);
        return [name, digest];
      }),
    );
  }

  #digest(kind: string, ...parts: readonly string[]): string {
    return this.#surroundings.key.hmac(`inputs of files: ${kind}`, ...parts).toString('base64');
  }
}
