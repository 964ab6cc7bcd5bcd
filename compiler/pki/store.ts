import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { Host as System } from '../host/host.ts';

/** Files of the PKI directory; nothing is written that did not change. */
export class Store {
  #prepared = false;

  readonly system: System;
  readonly directory: string;

  constructor(system: System, directory: string) {
    this.system = system;
    this.directory = directory;
  }

  has(name: string): boolean {
    return this.system.stat(`${this.directory}/${name}`)?.kind === 'file';
  }

  read(name: string): string | undefined {
    return this.has(name)
      ? Buffer.from(this.system.readFile(`${this.directory}/${name}`)).toString('latin1')
      : undefined;
  }

  write(name: string, text: string, mode: number): void {
    if (!this.#prepared) {
      this.#prepared = true;
      this.system.mkdir(this.directory, 0o700);
      if (!this.has('.gitignore')) this.system.writeFile(`${this.directory}/.gitignore`, '*.key\n', 0o644);
    }
    const path = `${this.directory}/${name}`;
    this.system.mkdir(path.slice(0, path.lastIndexOf('/')), 0o700);
    this.system.writeFile(`${path}.new`, text, mode);
    this.system.rename(`${path}.new`, path);
  }

  remove(name: string): void {
    this.system.remove(`${this.directory}/${name}`);
  }

  /** Gives a file another name; nothing happens when there is none. */
  rename(from: string, to: string): void {
    if (this.has(from)) this.system.rename(`${this.directory}/${from}`, `${this.directory}/${to}`);
  }
}

/** Undefined for a text that is no certificate. */
export function parseCertificate(pem: string | undefined): X509Certificate | undefined {
  try {
    return pem === undefined ? undefined : new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

/** Undefined for a text that is no private key. */
export function parseKey(pem: string | undefined): KeyObject | undefined {
  try {
    return pem === undefined ? undefined : createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
