/**
 * A stand-in for the object storage server, which no archive of the lab has: nginx that answers the health URL of the service and
 * says for anything else which host it is on and what it was sent. It uses the certificate that the build made for the server.
 */
import * as assert from 'uvu/assert';
import type { HostName, Lab } from './lab.ts';

const CONFIG = `pid /run/object-store.pid;
error_log /var/log/object-store.log;
events {}
http {
    access_log off;
    server {
        listen 9000 ssl;
        ssl_certificate /root/object-store.crt;
        ssl_certificate_key /root/object-store.key;
        default_type text/plain;
        location = /minio/health/live { return 200; }
        location / { return 200 "on $hostname upgrade=$http_upgrade connection=$http_connection \
proto=$http_x_forwarded_proto host=$host\\n"; }
    }
}
`;

export function startObjectStore(lab: Lab, host: HostName, name: string): void {
  stopObjectStore(lab, host);
  for (const part of ['crt', 'key']) lab.copy(`pki/minio/${name}.${part}`, host, `/root/object-store.${part}`);
  const started = lab.exec(host, [
    'sh',
    '-c',
    'printf %s "$1" >/root/object-store.conf && systemd-run --quiet --unit object-store --service-type forking ' +
      'nginx -c /root/object-store.conf',
    'sh',
    CONFIG,
  ]);
  assert.is(started.code, 0, started.output);
}

export function stopObjectStore(lab: Lab, host: HostName): void {
  lab.exec(host, ['systemctl', 'stop', 'object-store']);
}
