import { haproxyWord } from '../toolkit/index.ts';
import { renderTemplate } from '../toolkit/template.ts';
import { haproxyName, haproxyText } from './words.ts';

/** One `listen` section: a port of this host and the servers behind it. */
export interface Listen {
  readonly name: string;
  readonly ip: string;
  readonly port: number;
  readonly mode: 'tcp' | 'http';
  readonly maxconn: number;
  readonly balance: string;
  /** Lines in HAProxy's language, in order. */
  readonly lines: readonly string[];
  readonly defaultServer: string;
  readonly servers: readonly ListenServer[];
  /** Comment lines above the section. */
  readonly comments: readonly string[];
}

export interface ListenServer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Settings after the address, in HAProxy's language. */
  readonly settings: readonly string[];
}

export function renderListen(listen: Listen): string {
  return renderTemplate('emitters/haproxy/templates/listen.cfg.njk', {
    comments: listen.comments.map(haproxyText),
    name: haproxyName(listen.name),
    bind: endpoint(listen.ip, listen.port),
    mode: listen.mode,
    maxconn: listen.maxconn,
    balance: haproxyText(listen.balance),
    lines: listen.lines.map(haproxyText),
    defaultServer: haproxyText(listen.defaultServer),
    servers: listen.servers.map(serverLine),
  });
}

function serverLine(server: ListenServer): string {
  return [haproxyName(server.name), endpoint(server.address, server.port), ...server.settings.map(haproxyText)]
    .filter((word) => word !== '')
    .join(' ');
}

/** `address:port`; an IPv6 address goes in brackets. */
function endpoint(address: string, port: number): string {
  return haproxyWord(address.includes(':') && !address.startsWith('[') ? `[${address}]:${port}` : `${address}:${port}`);
}
