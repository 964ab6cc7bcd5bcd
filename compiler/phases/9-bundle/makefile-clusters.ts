/** The parts of out/Makefile that lead a cluster through something; lines as in makefile-text.ts. */

/** How a cluster goes back in time. */
export const RECOVERY = `# $(call recover,CLUSTER,HOST…): every host does its part (pg-pitr): replicas stop first, \
then the one that leads, which is restored. Until it
# leads again whatever fails is taken back; from there the others copy it. Run again, it goes on where it was.
define recover
@at() { case $$1 in $(foreach host,$(HOSTS),($(host)) echo '$(LOGIN)$(AT_$(host))' ;;) esac; }; \\
part() { host=$$1; shift; $(SSH) "$$(at "$$host")" "$(SUDO) /usr/libexec/pigstyc/pg-pitr $$*" </dev/null; }; \\
$(if $(filter-out $(2),$(HOST)),echo 'HOST: one of $(2)' >&2; exit 1;) main='$(HOST)'; for host in $(2); do \\
  state=$$(part "$$host" state) || { echo "$$host does not answer, and would go on with what was: nothing was changed" >&2; exit 1; }; \\
  case $$state in recovering) main=$$host; break ;; leads) main=$\${main:-$$host} ;; esac; \\
done; \\
main=$\${main:-$(firstword $(2))}; others=; for host in $(2); do if [ "$$host" != "$$main" ]; then others="$$others $$host"; fi; done; \\
back() { for host in "$$main" $$others; do part "$$host" back || echo "$$host was not taken back: when it \
answers, make pitr.$(1) with the same words goes on, and TARGET=back ends it" >&2; done; exit 1; }; \\
if [ '$(TARGET)' = back ]; then back; fi; \\
if [ '$(CONFIRM)' != '$(1)' ]; then \\
  part "$$main" plan $(WAY) && echo "to do it: make pitr.$(1) CONFIRM=$(1) with the same words; to see it first: \
make rehearse HOST=$$main"; exit; \\
fi; \\
for host in $(MEMBERS_$(or $(FROM),$(SOURCE_$(1)))); do part "$$host" archive; done; \\
part "$$main" ready $(WAY) || exit 1; \\
for host in $$others "$$main"; do part "$$host" stop || back; done; \\
part "$$main" restore $(WAY) || back; \\
part "$$main" lead || back; \\
$(MAKE) --no-print-directory "$$main" || exit 1; \\
for host in $$others; do part "$$host" follow || exit 1; done; \\
if [ -n "$$others" ]; then $(MAKE) --no-print-directory -k $$others || exit 1; fi; \\
part "$$main" finish
endef
# The words of a recovery, for the shell of the host.
WAY = "'$(TARGET)'$(if $(FROM), --from=$(FROM))$(if $(SET), --set=$(SET))$(if $(TIMELINE), --timeline=$(TIMELINE))"
`;

/** How a cluster takes over what another one has. */
export const MIGRATION = `# $(call migrate,CLUSTER,HOST…): the member that leads does it (pg-migrate).
define migrate
@$(if $(FROM),,echo "make migrate.$(1) FROM=CLUSTER, or FROM='host=… port=…'" >&2; exit 1;) \\
step='$(or $(STEP),plan)'; case $$step in plan | status) ;; *) \
[ '$(CONFIRM)' = '$(1)' ] || { echo "to do it: make migrate.$(1) STEP=$$step CONFIRM=$(1) with the same FROM" >&2; exit 1; } ;; esac; \\
at() { case $$1 in $(foreach host,$(2),($(host)) echo '$(LOGIN)$(AT_$(host))' ;;) esac; }; \\
for host in $(2); do \\
  if [ "$$($(SSH) "$$(at "$$host")" '$(SUDO) /usr/libexec/pigstyc/pg-pitr state' </dev/null)" = leads ]; then \\
    $(SSH) "$$(at "$$host")" "$(SUDO) /usr/libexec/pigstyc/pg-migrate '$$step' '$(or $(ORIGIN_$(FROM)),$(FROM))'" </dev/null; exit; \\
  fi; \\
done; echo 'no member of $(1) leads' >&2; exit 1
endef
`;
