import type { Host, Site } from '../../model/site.ts';
import { STAGES } from '../../../emitters/api.ts';
import { deploymentGroups, groupId, type Group } from './deployment.ts';

/** Targets that no cluster or host may shadow. */
const OWN_TARGETS: ReadonlySet<string> = new Set([
  ...STAGES,
  'all',
  'help',
  'deploy',
  'check',
  'diff',
  'push',
  'facts',
  'clean',
  'summary',
  'stamps',
  'hosts',
]);

/** out/Makefile: the deployment as a DAG over ssh and scp. `hostNames` are the hosts that the bundle holds. */
export function makefile(site: Site, hostNames: readonly string[]): string {
  const hosts = hostNames.flatMap((name) => site.hostByName.get(name) ?? []);
  const groups = deploymentGroups(site, hosts);
  return [
    HEAD,
    `HOSTS := ${hosts.map((host) => slug(host.name)).join(' ')}`,
    ...hosts.map((host) => `AT_${slug(host.name)} := ${host.address}`),
    '',
    TRANSPORT,
    ...hosts.map(pushRule),
    '',
    ...groups.map(groupRule),
    '',
    ...STAGES.map(
      (stage) =>
        `${stage}: ${groups
          .filter((group) => group.stage === stage)
          .map(stamp)
          .join(' ')}`,
    ),
    ...aliases(groups),
    '',
    ...hosts.flatMap(hostRules),
    '',
    TAIL,
    '',
  ]
    .join('\n')
    .replace(/[ \t]+$/gm, '');
}

/** Hosts are usually addresses; what make or the shell would trip over becomes `_`. */
function slug(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]/g, '_');
}

function stamp(group: Group): string {
  return `stamps/${groupId(group.stage, group.name)}`;
}

function pushRule(host: Host): string {
  const name = slug(host.name);
  return `stamps/push.${name}: $(wildcard hosts/${name}/apply.sh hosts/${name}/lib.sh hosts/${name}/manifest.tsv hosts/${name}/sealed/manifest.tsv)\n\t$(call push,${name})`;
}

function groupRule(group: Group): string {
  const needs = [
    ...group.hosts.map((host) => `stamps/push.${slug(host.name)}`),
    ...group.after.map((id) => `stamps/${id}`),
  ];
  return `${stamp(group)}: ${needs.join(' ')} $(FORCED)\n\t$(call apply,${group.stage},${group.hosts.map((host) => slug(host.name)).join(' ')})`;
}

/** A cluster's name stands for all its groups and what monitors its members. */
function aliases(groups: readonly Group[]): string[] {
  const byName = new Map<string, Group[]>();
  for (const group of groups) {
    if (group.stage === 'node' || group.stage === 'infra' || group.stage === 'monitor' || OWN_TARGETS.has(group.name))
      continue;
    byName.set(group.name, [...(byName.get(group.name) ?? []), group]);
  }
  return [...byName].map(([name, own]) => {
    const members = new Set(own.flatMap((group) => group.hosts));
    const monitors = groups.filter(
      (group) => group.stage === 'monitor' && group.hosts.every((host) => members.has(host)),
    );
    return `.PHONY: ${slug(name)}\n${slug(name)}: ${[...own, ...monitors].map(stamp).join(' ')}`;
  });
}

function hostRules(host: Host): string[] {
  const name = slug(host.name);
  return [
    `.PHONY: ${name} check.${name} diff.${name} facts.${name}`,
    `${name}: stamps/push.${name}\n\t$(call apply,,${name})`,
    `check.${name}: stamps/push.${name}\n\t$(call inspect,--check,${name})`,
    `diff.${name}: stamps/push.${name}\n\t$(call inspect,--diff,${name})`,
    `facts.${name}:\n\t$(call collect,${name},${factsFile(host)},${dataDirectory(host)})`,
  ];
}

/** The name pigstyc looks for; one that a shell or make would read otherwise cannot be written here. */
function factsFile({ name }: Host): string {
  return `${/^[\w.:-]+$/.test(name) ? name : slug(name)}.json`;
}

function dataDirectory({ pg, params }: Host): string {
  return pg !== undefined && /^\/[\w./-]*$/.test(params.pgFsMain) ? params.pgFsMain : '';
}

const HEAD = `# The deployment of this bundle. \`make help\` says how to use it; -j N takes N groups of hosts at a time.
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: force help deploy check diff push facts clean summary ${STAGES.join(' ')}

# How to reach a host: override on the command line or in the environment. A host that loses power while it is at work is noticed.
SSH ?= ssh -o BatchMode=yes -o ServerAliveInterval=15 -o ServerAliveCountMax=4
SCP ?= scp -q -r -o BatchMode=yes -o ServerAliveInterval=15 -o ServerAliveCountMax=4
# Set to \`rsync\` to send only what changed.
RSYNC ?=
SUDO ?= sudo
# Put before the address, e.g. LOGIN=dba@
LOGIN ?=
# Directory on the host, below the login's home, where a copy arrives, and root's, where it is kept.
REMOTE ?= .pigstyc
PLACE ?= /var/lib/pigstyc/bundle
# Where \`make facts\` puts what it collects: beside the inventory, where pigstyc looks for it. PIGSTYC prints the script.
FACTS ?= ../facts
PIGSTYC ?= pigstyc
# Options for apply.sh, e.g. FLAGS=--allow-restart. With options every host is visited, also where no file changed.
FLAGS ?=
FORCED := $(if $(strip $(FLAGS)),force)
# Hosts of a group are taken together, because members of a new cluster wait for each other. Restarts go one host after the other,
# and a host that had to let others go first is visited again.
ONE_BY_ONE := $(if $(findstring --allow-restart,$(FLAGS)),wait; if [ -e "$$failed" ]; then break; fi;)
`;

const TRANSPORT = `# $(call push,HOST): the host's directory, private on arrival, and root's from then on: its secrets do not stay with the login. It is replaced as a whole. The table says so when it does not arrive.
define push
@mkdir -p stamps; printf 'push\\tFAILED %s: the bundle has not arrived\\n' '$(1)' >'stamps/$(1).push.result'
@if [ -n '$(RSYNC)' ]; then \\
  $(SSH) '$(LOGIN)$(AT_$(1))' '$(SUDO) sh -c "umask 077 && mkdir -p $(PLACE)/$(1)"' && $(RSYNC) -a --delete --chown=0:0 --rsync-path='$(strip $(SUDO) rsync)' \\
    -e '$(SSH)' 'hosts/$(1)/' '$(LOGIN)$(AT_$(1)):$(PLACE)/$(1)/'; \\
else \\
  $(SSH) '$(LOGIN)$(AT_$(1))' 'umask 077 && mkdir -p $(REMOTE) && rm -rf $(REMOTE)/$(1)' && $(SCP) 'hosts/$(1)' '$(LOGIN)$(AT_$(1)):$(REMOTE)/$(1)' \\
  && $(SSH) '$(LOGIN)$(AT_$(1))' '$(SUDO) sh -c "umask 077 && chmod -R go= $(REMOTE)/$(1) && chown -hR 0:0 $(REMOTE)/$(1) && mkdir -p $(PLACE) \\
    && rm -rf $(PLACE)/$(1) && mv $(REMOTE)/$(1) $(PLACE)/"'; \\
fi
@rm -f 'stamps/$(1).push.result'; touch $@
endef

# $(call apply,STAGE,HOST…): one stage on all hosts of a group at the same time; an empty stage means all of them.
define apply
@mkdir -p stamps; failed='$@.failed'; rm -f "$$failed"; \\
visit() { \\
  { $(SSH) "$(LOGIN)$$2" "$(SUDO) bash $(PLACE)/$$1/apply.sh $(if $(1),--stage $(1)) $(FLAGS)" 2>&1 </dev/null || echo "$$1" >>"$$failed"; } \\
  | awk -v host="$$1" -v result="stamps/$$1.$(or $(1),all).result" \\
    '{ print "[" host "] " $$0; fflush() } /^apply: / { said = 1; print "$(or $(1),all)\\t" substr($$0, 8) >result } \\
      END { if (!said) print "$(or $(1),all)\\tFAILED " host ": no result" >result }'; \\
}; \\
for pair in $(foreach host,$(2),$(host)=$(AT_$(host))); do visit "$\${pair%%=*}" "$\${pair#*=}" & $(ONE_BY_ONE) \\
done; wait; \\
if [ -n '$(findstring --allow-restart,$(FLAGS))' ] && [ ! -e "$$failed" ]; then \\
  for pair in $(foreach host,$(2),$(host)=$(AT_$(host))); do \\
    if grep -q ' pending=[1-9]' "stamps/$\${pair%%=*}.$(or $(1),all).result"; then visit "$\${pair%%=*}" "$\${pair#*=}"; fi; \\
  done; \\
fi; \\
if [ -e "$$failed" ]; then echo "failed on: $$(tr '\\n' ' ' <"$$failed")" >&2; rm -f "$$failed"; exit 1; fi
$(if $(1),@touch $@)
endef

# $(call inspect,OPTION,HOST): like apply, changes nothing; the result is kept for the table.
define inspect
@code=0; $(SSH) '$(LOGIN)$(AT_$(2))' '$(SUDO) bash $(PLACE)/$(2)/apply.sh $(1)' >'stamps/$(2).inspect' 2>&1 </dev/null || code=$$?; \\
sed 's/^/[$(2)] /' 'stamps/$(2).inspect'; printf '%s\\t%s\\n' '$(2)' "$$code" >'stamps/$(2).code'
endef

# $(call collect,HOST,FILE,DIRECTORY): facts of one host, with the size of the file system that holds DIRECTORY. An answer that is not complete replaces nothing.
define collect
@mkdir -p '$(FACTS)'; new='$(FACTS)/.$(2).new'; \\
if $(PIGSTYC) facts | $(SSH) '$(LOGIN)$(AT_$(1))' 'sh -s $(3)' >"$$new" && [ "$$(tail -n 1 "$$new")" = '}' ]; then mv -f "$$new" '$(FACTS)/$(2)'; echo '[$(1)] $(FACTS)/$(2)'; \\
else rm -f "$$new"; echo '[$(1)] no facts' >&2; exit 1; fi
endef

# $(call verdict): a table of the inspected hosts; fails unless all have converged.
define verdict
@awk '{ text = $$2 == 0 ? "converged" : $$2 == 2 ? "differs" : $$2 == 3 ? "refused" : $$2 == 4 ? "locked" : "failed"; printf "%-24s %s\\n", $$1, text; if ($$2 != 0) bad = 1 } \\
  END { exit bad }' $(HOSTS:%=stamps/%.code)
endef
`;

const TAIL = `# The table comes also when something failed.
deploy:
\t@code=0; $(MAKE) --no-print-directory ${STAGES.join(' ')} || code=$$?; $(MAKE) --no-print-directory summary; exit $$code

summary:
\t@for f in stamps/*.result; do if [ -e "$$f" ]; then cat "$$f"; fi; done | sort -k2,2 -k1,1 | awk -F '\\t' '{ printf "%-8s %s\\n", $$1, $$2 }'

push: $(HOSTS:%=stamps/push.%)

facts: $(HOSTS:%=facts.%)

check: $(HOSTS:%=check.%)
\t$(call verdict)

diff: $(HOSTS:%=diff.%)
\t$(call verdict)

# Forgets what was deployed: the next deploy sends and applies everything again.
clean:
\trm -rf stamps

help:
\t@echo 'make deploy            everything, in order; only hosts whose files changed since the last deploy'
\t@echo 'make check | diff      what differs on the hosts; changes nothing'
\t@echo 'make CLUSTER | HOST    one cluster with what it needs, or all stages of one host'
\t@echo 'make STAGE             ${STAGES.join(' ')}'
\t@echo 'make facts             CPUs, memory and disk of every host, for the next build'
\t@echo 'make clean             forget what was deployed'
\t@echo 'variables              SSH SCP RSYNC SUDO LOGIN REMOTE PLACE FLAGS FACTS PIGSTYC'
\t@echo 'hosts                  $(HOSTS)'`;
