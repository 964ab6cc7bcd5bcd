import { EXIT, type Command } from '../command.ts';

/** Each asks the program; without a dash it offers no options, and files where nothing else is known. */
const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_pigstyc() {
  local IFS=$'\\n' word="\${COMP_WORDS[COMP_CWORD]}" replies
  replies="$(pigstyc --get-yargs-completions "\${COMP_WORDS[@]:0:COMP_CWORD}" "$word" 2>/dev/null)"
  [[ "$word" == "=" ]] && word=
  [[ "$word" == -* ]] || replies="$(grep -v '^-' <<<"$replies")"
  COMPREPLY=($(compgen -W "$replies" -- "$word"))
}
complete -o bashdefault -o default -F _pigstyc pigstyc
`,
  zsh: `#compdef pigstyc
_pigstyc() {
  local -a replies
  replies=("\${(@f)$(pigstyc --get-yargs-completions "\${(@)words[1,CURRENT-1]}" "\${words[CURRENT]}" 2>/dev/null)}")
  [[ "\${words[CURRENT]}" == -* ]] || replies=("\${(@)replies:#-*}")
  if [[ -n "\${replies[1]}" ]]; then compadd -- "\${replies[@]%%:*}"; else _files; fi
}
if [[ "\${funcstack[1]}" == _pigstyc ]]; then _pigstyc "$@"; else compdef _pigstyc pigstyc; fi
`,
  fish: `function __pigstyc_complete
  set -l word (commandline -ct)
  set -l replies (pigstyc --get-yargs-completions (commandline -opc) "$word" 2>/dev/null)
  string match -q -- '-*' "$word"; or set replies (string match -v -- '-*' $replies)
  test (count $replies) -gt 0; and printf '%s\\n' $replies; or __fish_complete_path "$word"
end
complete -c pigstyc -f -a '(__pigstyc_complete)'
`,
};

/** Prints the script that makes a shell complete commands, options, names of the inventory and codes. */
export const completion: Command = {
  usage: 'completion <shell>',
  summary: 'Print a completion script for bash, zsh or fish',
  positionals: { shell: { describe: 'Shell to complete for', choices: Object.keys(SCRIPTS) } },
  options: [],
  examples: [
    ['completion bash > /etc/bash_completion.d/pigstyc', 'For every user of the machine'],
    ['completion zsh > "${fpath[1]}/_pigstyc"', 'For zsh'],
    ['completion fish > ~/.config/fish/completions/pigstyc.fish', 'For fish'],
  ],
  run: async (args, host) => {
    host.stdout(SCRIPTS[args.shell!]!);
    return EXIT.ok;
  },
};
