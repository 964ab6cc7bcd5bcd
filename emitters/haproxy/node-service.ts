import type { HaproxyServerSpec, HaproxyServiceSpec } from '../../compiler/model/params.gen.ts';
import type { Host } from '../../compiler/model/site.ts';
import type { FileStep } from '../api.ts';
import { textFile } from '../toolkit/steps.ts';
import type { FileOptions } from '../toolkit/steps.ts';
import type { ListenServer } from './listen.ts';
import { renderListen } from './listen.ts';
import { serviceFile } from './words.ts';

/** Files of `haproxy_services`: whatever ports an inventory wants balanced on this host. */
export function nodeServiceFiles(host: Host, effects: NonNullable<FileOptions['effects']>): readonly FileStep[] {
  return host.params.haproxyServices.map((service) =>
    textFile('node', serviceFile(service.name), 'haproxy/node-service', () => renderListen(listenOf(service)), {
      effects,
    }),
  );
}

function listenOf(service: HaproxyServiceSpec): Parameters<typeof renderListen>[0] {
  return {
    name: service.name,
    ip: service.ip,
    port: service.port,
    mode: service.protocol,
    maxconn: service.maxconn,
    balance: service.balance,
    lines: service.options,
    defaultServer: service.default,
    servers: service.servers.map(serverOf),
    comments: [],
  };
}

/** A weight outside 0..255 is what HAProxy refuses and upstream leaves out. */
function serverOf(server: HaproxyServerSpec): ListenServer {
  const weight =
    server.weight !== undefined && server.weight >= 0 && server.weight < 256 ? [`weight ${server.weight}`] : [];
  return {
    name: server.name,
    address: server.ip,
    port: server.port,
    settings: [...(server.backup ? ['backup'] : []), ...weight, server.options],
  };
}
