/** What a real systemd reads back from units and environment files: `systemd-analyze verify` takes them, but prints no values. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as quote from '../../emitters/toolkit/quote/index.ts';
import { arrived, quoted, type Quoted } from '../native/quote/strings.ts';
import { ROOT } from './support/lab.ts';
import { scenario } from './support/scenario.ts';

const { lab, step, run } = scenario('quoting', ['h10']);
const NO_TEXT = ['a NUL character', 'an unpaired surrogate', 'a noncharacter'];

/** Runs a unit once and returns what its command has printed, in hexadecimal: a host's terminal settings do not matter then. */
function once(settings: string): string {
  writeFileSync(
    join(ROOT, lab.name, 'hosts/h10/root/etc/systemd/system/quoted.service'),
    `[Service]\nType=oneshot\nStandardOutput=truncate:/run/quoted\n${settings}\n`,
  );
  const done = lab.exec('h10', [
    'bash',
    '-c',
    'systemctl daemon-reload && systemctl start quoted || { journalctl -u quoted | tail -5; exit 1; }; od -An ' +
      '-v -tx1 /run/quoted | tr -d " \\n"',
  ]);
  return Buffer.from(done.output, 'hex').toString('utf8');
}

/** Values of V0, V1, … in the environment that a unit's command has. */
function variables(settings: string, sent: readonly Quoted[]): void {
  const read = new Map(
    once(`${settings}\nExecStart=/usr/bin/env -0`)
      .split('\0')
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
  arrived(
    sent.map((_, i) => read.get(`V${i}`)),
    sent,
  );
}

step('Environment=', () => {
  const sent = quoted((value) => quote.systemdEnvironment('V', value), [...NO_TEXT, 'a control character']);
  variables(sent.map(({ value }, i) => `Environment=${quote.systemdEnvironment(`V${i}`, value)}`).join('\n'), sent);
});

step('EnvironmentFile=', () => {
  const sent = quoted(quote.environmentFileValue, [...NO_TEXT, 'a line break', 'a control character']);
  writeFileSync(
    join(ROOT, lab.name, 'hosts/h10/root/etc/quoted.env'),
    sent.map(({ text }, i) => `V${i}=${text}\n`).join(''),
  );
  variables('EnvironmentFile=/etc/quoted.env', sent);
});

step('arguments of ExecStart=', () => {
  const sent = quoted(quote.systemdWord, NO_TEXT);
  const read: string[] = [];
  for (let at = 0; at < sent.length; at += 100) {
    read.push(
      ...once(
        `ExecStart=/usr/bin/printf %%s\\\\0 ${sent
          .slice(at, at + 100)
          .map(({ text }) => text)
          .join(' ')}`,
      )
        .split('\0')
        .slice(0, -1),
    );
  }
  arrived(read, sent);
});

run();
