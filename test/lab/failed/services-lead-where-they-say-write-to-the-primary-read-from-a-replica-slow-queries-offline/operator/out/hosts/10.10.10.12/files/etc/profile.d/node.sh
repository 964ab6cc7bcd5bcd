# Read by every POSIX login shell; what only bash knows comes last.
export EDITOR=vi PAGER=less MANPAGER='less -X'
export HISTSIZE=65535 HISTFILESIZE=65535 HISTCONTROL=ignoredups

[ -n "${BASH_VERSION:-}" ] || return 0
case ":${SHELLOPTS:-}:" in *:posix:*) return 0 ;; esac

shopt -s histappend
shopt -s cdspell
PS1='[\D{%m-%d %T}] \u@\H:\w\n\$ '

alias l='ls -lh'
alias ll='ls -lh'
alias la='ls -lha'
alias s=systemctl
alias st='sudo systemctl status'
alias ju='journalctl -u'
alias je='journalctl -xe'
alias ntps='sudo chronyc -a makestep'
alias sp='sudo su - postgres'
