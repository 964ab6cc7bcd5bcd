/**
 * The parts of out/Makefile that are the same in every bundle. A line that is too wide here ends in one backslash and goes
 * on in the next, which the Makefile does not show; its own lines go on behind two.
 */
import { STAGES } from '../../../emitters/modules.ts';

/** `sudo` is what makes root of a login. */
export const head = (
  sudo: string,
): string => `# The deployment of this bundle. \`make help\` says how to use it; -j N takes N groups of hosts at a time.
ifneq ($(wildcard .pigstyc-new/journal),)
$(error A build was interrupted while it replaced files here: run pigstyc build again)
endif
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: force help deploy rolling inspect check diff status push facts clean summary groups wave retire retired rehearse ${STAGES.join(' ')}

# How to reach a host, beside what ssh_config says: override on the command line or in the environment. A host that \
loses power while it is at work is noticed.
SSH ?= ssh -F ssh_config -o BatchMode=yes -o ServerAliveInterval=15 -o ServerAliveCountMax=4
SCP ?= scp -F ssh_config -q -r -o BatchMode=yes -o ServerAliveInterval=15 -o ServerAliveCountMax=4
# Set to \`rsync\` to send only what changed.
RSYNC ?=
SUDO ?= ${sudo}
# Put before the address, e.g. LOGIN=dba@
LOGIN ?=
# Directory on the host, below the login's home, where a copy arrives, and root's, where it is kept.
REMOTE ?= .pigstyc
PLACE ?= /var/lib/pigstyc/bundle
# Where apply.sh keeps what it has to remember.
STATE_DIR ?= /var/lib/pigstyc
# Where \`make facts\` puts what it collects: beside the inventory, where pigstyc looks for it. PIGSTYC prints the script.
FACTS ?= ../facts
PIGSTYC ?= pigstyc
# Elsewhere than on Linux: SHA256='shasum -a 256'.
SHA256 ?= sha256sum
# Options for apply.sh, e.g. FLAGS=--allow-restart. With options every host is visited, also where no file changed.
FLAGS ?=
FORCED := $(if $(strip $(FLAGS)),force)
# Hosts of a group are taken together, because members of a new cluster wait for each other. Restarts go one host after the other,
# and a host that had to let others go first is visited again.
ONE_BY_ONE := $(if $(findstring --allow-restart,$(FLAGS)),wait; if [ -e "stamps/$\${pair%%=*}.d/failed" ]; then break; fi;)
# \`make rolling\`: the hosts that go first, one after the other, and how many of the others at a time.
CANARY ?=
SERIAL ?= 1
comma := ,
`;

export const TRANSPORT = `EMPTY :=
# $(call known,HOST…): with leave to stop servers, all clusters there are: on hosts that stay, an instance of another one \
ends with its cluster.
known = $(if $(filter $(RETIRED),$(1)),,$(if $(findstring --allow-restart,$(FLAGS)), \
--clusters=$(subst $(EMPTY) $(EMPTY),$(comma),$(strip $(CLUSTERS)))))

# What is known of a host is in stamps/HOST.d; \`failed\` there keeps it out of what follows \
in this run, and nobody else.
# $(call fail,HOST,WHAT): with the last line of what ssh said.
define fail
printf 'push\\tFAILED %s: %s: %s\\n' '$(1)' '$(2)' "$$(tail -n 1 'stamps/$(1).d/ssh')" >'stamps/$(1).d/push.result'; \
touch 'stamps/$(1).d/failed'
endef

# $(call greet,HOST): is it the machine that the bundle was sent to, does it still have it, has no run failed since, \
and does all run that ran after the last one? Changes its target only if not.
define greet
@mkdir -p 'stamps/$(1).d'; cd 'stamps/$(1).d' && rm -f *.result failed code left && cd ../..; \\
if now=$$($(SSH) '$(LOGIN)$(AT_$(1))' '$(SUDO) find $(STATE_DIR) -maxdepth 1 -name "failed-*" 2>/dev/null; \
$(SUDO) sed "/:/d" $(STATE_DIR)/running 2>/dev/null | xargs -r systemctl is-active 2>/dev/null | sed -n "/^active/!s/^/failed-/p"; \
$(SUDO) sed -n "/:/p" $(STATE_DIR)/running 2>/dev/null | \
xargs -r -n 1 curl -kfs -m 5 --noproxy "*" -o /dev/null || echo failed-health; \
cat /etc/machine-id 2>/dev/null; \\
  $(SUDO) cat $(PLACE)/$(1)/apply.sh $(PLACE)/$(1)/manifest.tsv 2>/dev/null | cksum' 2>'stamps/$(1).d/ssh' </dev/null); then \\
  if [ "$$now" != "$$(cat 'stamps/$(1).d/sent' 2>/dev/null)" ]; then printf '%s\\n' "$$now" | \
sed -e '$$d' -e '/failed-/d' >'stamps/$(1).d/machine'; touch $@; fi; \\
else $(call fail,$(1),cannot be reached); fi; \\
if [ ! -e $@ ]; then touch $@; fi
endef

# Where the directory of $(1) is: that of a host that has left is elsewhere.
from = $(or $(PLACE_$(1)),hosts)/$(1)

# $(call push,HOST): the host's directory, private on arrival, and root's from then on: its secrets do \
not stay with the login. It is replaced as a whole.
define push
@if [ -e 'stamps/$(1).d/failed' ]; then exit 0; fi; \\
if { if [ -n '$(RSYNC)' ]; then \\
  $(SSH) '$(LOGIN)$(AT_$(1))' '$(SUDO) sh -c "umask 077 && mkdir -p $(PLACE)/$(1)"' && \
$(RSYNC) -a --delete --chown=0:0 --rsync-path='$(strip $(SUDO) rsync)' \\
    -e '$(SSH)' '$(from)/' '$(LOGIN)$(AT_$(1)):$(PLACE)/$(1)/'; \\
else \\
  $(SSH) '$(LOGIN)$(AT_$(1))' 'umask 077 && mkdir -p $(REMOTE) && rm -rf $(REMOTE)/$(1)' && \
$(SCP) '$(from)' '$(LOGIN)$(AT_$(1)):$(REMOTE)/$(1)' \\
  && $(SSH) '$(LOGIN)$(AT_$(1))' '$(SUDO) sh -c "umask 077 && chmod -R go= $(REMOTE)/$(1) && \
chown -hR 0:0 $(REMOTE)/$(1) && mkdir -p $(PLACE) \\
    && rm -rf $(PLACE)/$(1) && mv $(REMOTE)/$(1) $(PLACE)/"'; \\
fi && $(SSH) '$(LOGIN)$(AT_$(1))' '$(SUDO) sh -c "umask 077 && cat >$(PLACE)/$(1)/.revision"' <stamps/revision; \
} >'stamps/$(1).d/ssh' 2>&1 </dev/null; then \\
  { cat 'stamps/$(1).d/machine'; cat '$(from)/apply.sh' '$(from)/manifest.tsv' | cksum; } >'stamps/$(1).d/sent'; touch $@; \\
else $(call fail,$(1),the bundle has not arrived); fi
endef

# $(call apply,STAGE,HOST…,GROUP…): one stage on all hosts of a group at the same time, unless all hosts of a group \
before it have failed; an
# empty stage means all of them. The last stage also cleans what belongs to stages that a host has no more.
define apply
@$(if $(1),rm -f '$@.broken';) for group in $(3); do if [ -e "stamps/$$group.broken" ]; then touch '$@.broken'; \\
  for host in $(2); do printf '%s\\tskipped %s: %s has failed\\n' '$(1)' "$$host" "$$group" \
>"stamps/$$host.d/$(1).result"; touch "stamps/$$host.d/failed"; done; exit 0; fi; done; \\
visit() { \\
  { $(SSH) "$(LOGIN)$$2" "$(SUDO) bash $(PLACE)/$$1/apply.sh $(if $(1),--stage $(1)$(if $(filter \
monitor,$(1)),$(comma)gone))$(if $(filter-out \
monitor,$(1)),,$(call known,$(2))) $(FLAGS)" 2>&1 </dev/null || touch "stamps/$$1.d/failed"; } \\
  | awk -v host="$$1" -v result="stamps/$$1.d/$(or $(1),all).result" \\
    '{ print "[" host "] " $$0; fflush() } /^apply: / { said = 1; print "$(or $(1),all)\\t" substr($$0, 8) >result } \\
      END { if (!said) print "$(or $(1),all)\\tFAILED " host ": no result" >result }'; \\
}; \\
for pair in $(foreach host,$(2),$(host)=$(AT_$(host))); do if [ -e "stamps/$\${pair%%=*}.d/failed" ]; then continue; \
fi; visit "$\${pair%%=*}" "$\${pair#*=}" & $(ONE_BY_ONE) \\
done; wait; \\
if [ -n '$(findstring --allow-restart,$(FLAGS))' ]; then \\
  for pair in $(foreach host,$(2),$(host)=$(AT_$(host))); do \\
    if [ ! -e "stamps/$\${pair%%=*}.d/failed" ] && grep -q ' pending=[1-9]' "stamps/$\${pair%%=*}.d/$(or \
$(1),all).result" 2>/dev/null; then visit "$\${pair%%=*}" "$\${pair#*=}"; fi; \\
  done; \\
fi; \\
good=; bad=; for host in $(2); do if [ -e "stamps/$$host.d/failed" ]; then bad=1; else good=1; fi; done; \\
$(if $(1),if [ -z "$$good" ]; then touch '$@.broken'; fi;) \\
$(if $(1),if [ -z "$$bad" ]; then touch '$@'; fi)
endef

# $(call newer,HOST…): what waits for an upgrade, a package a line with its hosts. Fails where a host could not be asked.
define newer
@awk 'FNR == 1 { split(FILENAME, part, "/"); host = part[2]; sub(/[.]d$$/, "", host) } \\
  sub(/^ *pending: upgrade /, "") && sub(/: needs --allow-restart$$/, "") { if (!($$0 in hosts)) order[++n] = $$0; \
hosts[$$0] = hosts[$$0] " " host } \
  END { for (i = 1; i <= n; i++) print order[i] ":" hosts[order[i]] }' $(1:%=stamps/%.d/inspect)
@bad=; for host in $(1); do case "$$(cut -f 2 "stamps/$$host.d/code")" in 0|2) ;; *) bad=1; cut -f 1,3 "stamps/$$host.d/code" >&2;; \
esac; done; test -z "$$bad"
endef

# $(call outcome,HOST…): fails where one of them did.
define outcome
@bad=; for host in $(1); do if [ -e "stamps/$$host.d/failed" ]; then bad="$$bad $$host"; fi; done; \\
if [ -n "$$bad" ]; then for host in $$bad; do cat "stamps/$$host.d/"*.result; done; echo "failed on:$$bad" >&2; exit 1; fi
endef

# $(call inspect,OPTION,HOST): like apply, changes nothing; the result is kept for the table. The next deployment \
visits a host that differs.
define inspect
@code=0; if [ -e 'stamps/$(2).d/failed' ]; then cut -f 2 'stamps/$(2).d/push.result' >'stamps/$(2).d/inspect'; code=255; else \\
$(SSH) '$(LOGIN)$(AT_$(2))' '$(SUDO) bash $(PLACE)/$(2)/apply.sh $(1)' >'stamps/$(2).d/inspect' 2>&1 </dev/null || \
code=$$?; fi; if [ "$$code" != 0 ]; then rm -f 'stamps/$(2).d/sent'; fi; \\
sed 's/^/[$(2)] /' 'stamps/$(2).d/inspect'; printf '%s\\t%s\\t%s\\n' '$(2)' "$$code" "$$(sed -n -E 's/^(apply: \
)?(FAILED|REFUSED|LOCKED) [^:]*: //p' 'stamps/$(2).d/inspect' | head -n 1)" >'stamps/$(2).d/code'
endef

# $(call compare,HOST): what would change there and what that would mean, before anything is sent: the bundle without \
its sealed files runs from memory and
# leaves nothing. Of a sealed file goes a salted digest of its hash, another one at every run.
define compare
@mkdir -p 'stamps/$(1).d'; cd 'stamps/$(1).d' && { od -An -N16 -tx1 /dev/urandom | tr -d ' \\n'; echo; } >digests && \
read -r salt <digests && \\
if [ -r '../../hosts/$(1)/sealed/manifest.tsv' ]; then while read -r hash key; do printf '%s\\t%s\\n' "$$(printf \
'%s%s' "$$salt" "$$hash" | $(SHA256) | cut -c 1-64)" "$$key"; \\
done <'../../hosts/$(1)/sealed/manifest.tsv' >>digests; fi; cd ../..; code=0; \\
tar -czf - --exclude=./sealed -C 'hosts/$(1)' . -C '../../stamps/$(1).d' digests 2>/dev/null | \
$(SSH) '$(LOGIN)$(AT_$(1))' '$(SUDO) sh -c "umask 077; trap exit HUP INT TERM; \\
  d=\\$$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d) && trap \\"rm -rf \\$$d\\" EXIT && \
tar -xzf - --no-same-owner -C \\$$d && TMPDIR=\\$$d bash \\$$d/apply.sh --inspect"' \\
  >'stamps/$(1).d/inspect' 2>&1 || code=$$?; rm -f 'stamps/$(1).d/digests'; \\
echo '$(1)'; sed 's/^/  /' 'stamps/$(1).d/inspect'; { printf '%s\\t%s\\t%s\\t' '$(1)' "$$code" "$$(sed -n 's/^inspect: \
[^ ]* //p' 'stamps/$(1).d/inspect')"; \\
  { sed -n -E 's/^(apply: )?(FAILED|REFUSED|LOCKED) [^:]*: //p' 'stamps/$(1).d/inspect'; \
tail -n 1 'stamps/$(1).d/inspect'; } | head -n 1; } >'stamps/$(1).d/compared'
endef

# $(call compared,HOST…): the sum, a host a line. Fails where one could not be compared, not where it differs.
define compared
@awk -F '\\t' ' \\
  BEGIN { n = split("data drops restart reload host equal", class, " "); printf "%-24s", "host"; for (i = 1; i <= n; \
i++) printf " %8s", class[i]; print "" } \\
  function row(name, count) { printf "%-24s", name; for (i = 1; i <= n; i++) printf " %8d", count[i]; print "" } \\
  $$2 != 0 && $$2 != 2 { printf "%-24s %s: %s\\n", $$1, $(STATE), $$4; bad = 1; next } \\
  { split($$3, pair, " "); for (i = 1; i <= n; i++) { sub(/.*=/, "", pair[i]); sum[i] += pair[i] } row($$1, pair) } \\
  END { row("sum", sum); exit bad }' $(1:%=stamps/%.d/compared)
endef

# $(call tell,HOST): which revision it was sent, and when a run last changed something there.
define tell
@mkdir -p 'stamps/$(1).d'; if said=$$($(SSH) '$(LOGIN)$(AT_$(1))' '$(SUDO) sh -c "cat $(PLACE)/$(1)/.revision 2>/dev/null || echo -; \\
  stat -c %y $(STATE_DIR)/generations 2>/dev/null | cut -c 1-19"' 2>'stamps/$(1).d/ssh' </dev/null); \\
then printf '%s\\n' "$$said" | awk 'NR == 1 { sent = $$0 } NR == 2 { at = $$0 } END { printf "%-24s sent %s, \
last change %s\\n", "$(1)", sent, (at == "" ? "-" : at) }'; \\
else printf '%-24s cannot be reached: %s\\n' '$(1)' "$$(tail -n 1 'stamps/$(1).d/ssh')"; exit 1; fi
endef

# $(call collect,HOST,FILE,DIRECTORY): facts of one host, with the size of the file system that holds DIRECTORY. An \
answer that is not complete replaces nothing.
define collect
@mkdir -p '$(FACTS)'; new='$(FACTS)/.$(2).new'; \\
if $(PIGSTYC) facts | $(SSH) '$(LOGIN)$(AT_$(1))' 'sh -s $(3)' >"$$new" && [ "$$(tail -n 1 "$$new")" = '}' ]; \
then mv -f "$$new" '$(FACTS)/$(2)'; echo '[$(1)] $(FACTS)/$(2)'; \\
else rm -f "$$new"; echo '[$(1)] no facts' >&2; exit 1; fi
endef

# $(call verdict,HOST…): a table of the inspected hosts with the reasons; fails unless all have converged.
define verdict
@awk -F '\\t' '{ text = $(STATE); \\
  printf "%-24s %s%s\\n", $$1, text, ($$3 == "" ? "" : ": " $$3); if ($$2 != 0) bad = 1 } \\
  END { exit bad }' $(1:%=stamps/%.d/code)
endef
STATE := $$2 == 0 ? "converged" : $$2 == 2 ? "differs" : $$2 == 3 ? "refused" : $$2 == 4 ? "locked" : "failed"
`;

/** What `make check` leaves for programs. */
export const REPORT = `\
# The table for programs: stamps/check.json, check.xml (JUnit: a host is a test) and check.prom \
(a textfile of node_exporter).
${String.raw`define report
@mkdir -p stamps; awk -F '\t' -v now="$$(date +%s)" ' \
  function json(text) { gsub(/\\/, "\\\\\\\\", text); gsub(/"/, "\\\"", text); gsub(/[\001-\037]/, " ", text); return text } \
  function xml(text) { gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/[\001-\037]/, " ", text); return text } \
  { host[NR] = $$1; state[NR] = $(STATE); why[NR] = $$3; if ($$2 != 0) bad++ } \
  END { \
    file = "stamps/check.json.new"; printf "{\"time\":%d,\"hosts\":[", now >file; \
    for (i = 1; i <= NR; i++) \
      printf "%s\n{\"host\":\"%s\",\"state\":\"%s\",\"reason\":\"%s\"}", (i > 1 ? "," : ""), host[i], state[i], json(why[i]) >file; \
    print "\n]}" >file; close(file); \
    file = "stamps/check.xml.new"; printf "<testsuite name=\"pigstyc check\" tests=\"%d\" failures=\"%d\">\n", NR, bad >file; \
    for (i = 1; i <= NR; i++) printf "  <testcase name=\"%s\" classname=\"hosts\">%s</testcase>\n", host[i], \
      (state[i] == "converged" ? "" : "<failure message=\"" state[i] "\">" xml(why[i]) "</failure>") >file; \
    print "</testsuite>" >file; close(file); \
    file = "stamps/check.prom.new"; \
    print "# HELP pigstyc_host_converged Whether the host is what its bundle says.\n# TYPE pigstyc_host_converged gauge" >file; \
    for (i = 1; i <= NR; i++) \
      printf "pigstyc_host_converged{host=\"%s\",state=\"%s\"} %d\n", host[i], state[i], (state[i] == "converged") >file; \
    print "# HELP pigstyc_check_timestamp_seconds When the hosts were asked.\n# TYPE pigstyc_check_timestamp_seconds gauge" >file; \
    printf "pigstyc_check_timestamp_seconds %d\n", now >file; close(file) \
  }' $(HOSTS:%=stamps/%.d/code); \
for kind in json xml prom; do mv -f "stamps/check.$$kind.new" "stamps/check.$$kind"; done
endef
`}`;

export const TAIL = `groups: $(GROUPS)

# A host that fails fails alone, and the table comes in any case. What ends may have to wait for others that end: it is \
visited again.
deploy:
\t@code=0; $(MAKE) -k --no-print-directory groups || code=$$?; \\
\t$(if $(findstring --allow-restart,$(FLAGS)),left=; for host in $(HOSTS); do if [ ! -e "stamps/$$host.d/failed" ] && \
grep -q ' pending=[1-9]' "stamps/$$host.d/monitor.result" 2>/dev/null; \
then rm -f "stamps/$$host.d/monitor.result"; left="$$left $$host"; fi; done; \\
\tif [ -n "$$left" ]; then $(MAKE) -k --no-print-directory $$left || code=$$?; fi;) \\
\t$(MAKE) --no-print-directory summary || code=$$?; \\
\t$(if $(HOSTS_pgsql),if [ $$code = 0 ]; then echo 'how to connect: $(PIGSTYC) services --url'; fi;) exit $$code

# What has become of hosts that have left the inventory.
LEAVERS = for host in $(RETIRED); do cat "stamps/$$host.d/left" 2>/dev/null \\
  || printf 'leaves\\t%s is no longer in the inventory: make retire HOST=%s\\n' "$$host" "$$host"; done

summary:
\t@{ for host in $(HOSTS); do cat "stamps/$$host.d/"*.result 2>/dev/null || printf -- '-\\t%s as it was sent and \
converged before\\n' "$$host"; done; \\
\t$(LEAVERS); } \\
\t| awk -F '\\t' '{ printf "%-8s %s\\n", $$1, $$2 }'
\t$(call outcome,$(HOSTS))

push: $(HOSTS:%=stamps/push.%)

# What is sent: the commit of the bundle, where git has it.
stamps/revision: force
\t@mkdir -p stamps; { git log -1 --format='%h of %cI' -- . 2>/dev/null | grep . || echo 'without a commit'; } >$@; \\
\tif git rev-parse -q HEAD >/dev/null 2>&1 && ! git diff --quiet HEAD -- . ; then sed 's/$$/, with changes/' $@ >$@.new && mv $@.new $@; fi

status:
\t@$(MAKE) -k --no-print-directory $(HOSTS:%=status.%)

facts:
\t@$(MAKE) -k --no-print-directory $(HOSTS:%=facts.%)

inspect: $(HOSTS:%=inspect.%)
\t$(call compared,$(HOSTS))

check: $(HOSTS:%=check.%)
\t$(call report)
\t$(call verdict,$(HOSTS))

diff: $(HOSTS:%=diff.%)
\t$(call verdict,$(HOSTS))

# Packages of which the repositories of a host have a newer version; changes nothing.
.PHONY: updates
updates: $(HOSTS:%=updates.%)
\t$(call newer,$(HOSTS))

# A running site in waves: each host with all its stages, then the question whether it has converged. The first wave that has not ends it.
rolling:
\t@[ '$(SERIAL)' -ge 1 ] || { echo 'SERIAL: how many hosts at a time, 1 or more' >&2; exit 1; }; \\
\twave() { \\
\t  echo "wave: $$*"; $(MAKE) -k --no-print-directory "$$@" && $(MAKE) --no-print-directory wave WAVE="$$*" || \
{ echo "stopped after this wave: $$*" >&2; exit 1; }; \\
\t}; \\
\tfor host in $(CANARY); do wave "$$host"; done; \\
\tset -- $(filter-out $(CANARY),$(HOSTS)); \\
\twhile [ $$# -gt 0 ]; do \\
\t  now=; n=0; while [ $$# -gt 0 ] && [ $$n -lt $(SERIAL) ]; do now="$$now $$1"; shift; n=$$((n + 1)); done; \\
\t  wave $$now; \\
\tdone
\t@$(MAKE) --no-print-directory deploy

# Hosts that have left the inventory: their last bundles stop, disable and remove what was deployed there. Then remove their directories.
# One after the other: who serves others goes after them, a primary after its replicas. The first that fails ends it.
LEAVING := $(if $(filter all,$(HOST)),$(RETIRED),$(filter $(HOST),$(RETIRED)))
# Clusters of which no member would be left, and which nobody has named; those that have left already need no name any more.
LEFT := $(patsubst stamps/%.d/left,%,$(wildcard $(RETIRED:%=stamps/%.d/left)))
UNNAMED := $(foreach cluster,$(filter-out $(ENDS),$(UNDECLARED)),$(if $(filter-out $(LEAVING),$(MEMBERS_$(cluster))),,\
$(if $(filter-out $(LEFT),$(MEMBERS_$(cluster))),$(cluster))))
retire:
\t@$(if $(or $(filter-out all $(RETIRED),$(HOST)),$(if $(LEAVING),,none)),echo 'make retire HOST=…: all or some of $(RETIRED)' >&2; exit 1)
\t@$(if $(strip $(UNNAMED)),echo 'REFUSED: no member would be left of $(strip $(UNNAMED)). When it is to end: \
FLAGS=--end=$(subst $(EMPTY) $(EMPTY),$(comma),$(strip $(UNNAMED)))' >&2; exit 1)
\t@code=0; for host in $(LEAVING); do $(MAKE) --no-print-directory "retire.$$host" || { code=1; \
echo "stopped at $$host" >&2; break; }; done; \\
\t$(MAKE) --no-print-directory retired; exit $$code

retired:
\t@$(LEAVERS) | awk -F '\\t' '{ printf "%-8s %s\\n", $$1, $$2 }'

# A copy of a cluster as it was, from its backups, beside the server on HOST, which does not notice.
rehearse:
\t@$(if $(and $(TARGET),$(filter $(HOST),$(HOSTS))),$(SSH) '$(LOGIN)$(AT_$(HOST))' "$(SUDO) \
/usr/libexec/pigstyc/pg-rehearse "$(WAY) </dev/null, \\
\t  echo "make rehearse HOST=… TARGET='2030-01-01 12:00:00+00', lsn:…, xid:… or name:…; TARGET=end" >&2; exit 1)

wave: $(WAVE:%=check.%)
\t$(call verdict,$(WAVE))

# Forgets what was deployed: the next deploy sends and applies everything again.
clean:
\trm -rf stamps

help:
\t@echo 'make deploy            everything, in order; only hosts whose files changed since the last deploy'
\t@echo 'make rolling           a running site host by host: CANARY="HOST…" first, then SERIAL=N at a time; stops at the first that fails'
\t@echo 'make inspect           what a deployment would mean to those who use the hosts; no secret is sent, nothing is written there'
\t@echo 'make check | diff      what differs on the hosts; changes nothing'
\t@echo 'make updates           packages that have a newer version; make deploy FLAGS="--upgrade --allow-restart" installs them'
\t@echo 'make status            which commit each host was sent, and when something last changed there'
\t@echo 'make CLUSTER | HOST    one cluster with what it needs, or all stages of one host'
\t@echo 'make STAGE             ${STAGES.join(' ')}'
\t@echo 'make retire HOST=…     hosts that have left the inventory, or all of them: ends what runs there; FLAGS=--end=CLUSTER'
\t@echo '                       lets the last member of a cluster go, FLAGS=--purge=HOST removes data, too'
\t@echo "make rehearse HOST=… TARGET='2030-01-01 12:00:00+00'   a copy of its cluster as it was then, beside it; TARGET=end removes it"
\t@echo "make pitr.CLUSTER TARGET='…'   what it would mean to take the cluster itself back; \
CONFIRM=CLUSTER does it. Both: FROM=CLUSTER SET= TIMELINE="
\t@echo "make migrate.CLUSTER FROM=…  what it would mean to take over the databases of another cluster, of an older \
version, too; STEP=begin, status, switch, back, finish"
\t@echo 'make facts             CPUs, memory and disk of every host, for the next build'
\t@echo 'make clean             forget what was deployed'
\t@echo 'variables              SSH SCP RSYNC SUDO LOGIN REMOTE PLACE FLAGS FACTS PIGSTYC SHA256 CANARY SERIAL HOST \
TARGET CONFIRM FROM SET TIMELINE STEP'
\t@echo 'hosts                  $(HOSTS)'`;
