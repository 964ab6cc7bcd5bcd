/** Lines of chrony.conf: https://chrony-project.org/doc/4.6/chrony.conf.html */
import { each, optionsProblem, unknownWord, wordsOf, type Options, type Problem } from './options.ts';

/** Options of `server`, `pool` and `peer`. */
const SOURCE: Options = {
  ...each('none', 'auto_offline burst copy iburst ipv4 ipv6 noselect nts offline prefer require trust xleave'),
  ...each(
    'number',
    'asymmetry filter maxdelay maxdelaydevratio maxdelayquant maxdelayratio maxpoll maxsamples maxsources maxunreach mindelay ' +
      'minpoll minsamples minstratum ntsport offset polltarget port presend version',
  ),
  ...each('count', 'certset key'),
  extfield: ['F323', 'F324', 'F326'],
};

const DIRECTIVES =
  'acquisitionport allow authselectmode bindacqaddress bindacqdevice bindaddress bindcmdaddress ' +
  'bindcmddevice binddevice broadcast clientloglimit cmdallow cmddeny cmdport cmdratelimit combinelimit ' +
  'commandkey confdir corrtimeratio deny driftfile dscp dumpdir dumponexit fallbackdrift ' +
  'generatecommandkey hwclockfile hwtimestamp hwtstimeout include initstepslew keyfile leapsecmode ' +
  'leapseclist leapsectz linux_freq_scale linux_hz local lock_all log logbanner logchange logdir ' +
  'mailonchange makestep manual maxchange maxclockerror maxdistance maxdrift maxjitter maxntsconnections ' +
  'maxsamples maxslewrate maxtxbuffers maxupdateskew minsamples minsources nocerttimecheck noclientlog ' +
  'nosystemcert ntpsigndsocket ntsaeads ntscachedir ntsdumpdir ntsntpserver ntsport ntsprocesses ' +
  'ntsratelimit ntsrefresh ntsrotate ntsservercert ntsserverkey ntstrustedcerts opencommands peer pidfile ' +
  'pool port ptpdomain ptpport ratelimit refclock refresh reselectdist rtcautotrim rtcdevice rtcfile ' +
  'rtconutc rtcsync sched_priority server smoothtime sourcedir stratumweight tempcomp user';

/** What chrony has against a line: where the time comes from, or another directive. */
export function chronyLineProblem(text: string): Problem | undefined {
  if (/^\s*(?:[#!%;].*)?$/.test(text)) return undefined;
  const words = wordsOf(text);
  const directive = words[0]!.toLowerCase();
  if (!['server', 'pool', 'peer'].includes(directive)) {
    const known = DIRECTIVES.split(' ');
    if (known.includes(directive)) return undefined;
    const help = /[.:]/.test(directive) ? `write \`server ${words[0]} iburst\`` : undefined;
    return help === undefined
      ? unknownWord(directive, known, 'no-directive')
      : { found: { problem: 'no-directive', word: words[0]! }, help };
  }
  if (words.length < 2) return { found: { problem: 'needs-address', directive } };
  if (/\s#/.test(text)) return { found: { problem: 'comment' } };
  return optionsProblem(words.slice(2), SOURCE);
}
