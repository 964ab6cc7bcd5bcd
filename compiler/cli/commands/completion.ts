import { EXIT, type Command } from '../command.ts';

const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_pigstyc() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(pigstyc --get-yargs-completions "\${COMP_WORDS[@]}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o bashdefault -o default -F _pigstyc pigstyc
`,
  zsh: `#compdef pigstyc
_pigstyc() {
  local -a replies
  replies=("\${(@f)$(pigstyc --get-yargs-completions "\${words[@]}" 2>/dev/null)}")
  if [[ -n "\${replies[1]}" ]]; then compadd -- "\${replies[@]%%:*}"; else _files; fi
}
compdef _pigstyc pigstyc
`,
};

/** Prints the script that makes a shell complete commands, options and codes. */
export const completion: Command = {
  usage: 'completion <shell>',
  summary: 'Print a completion script for bash or zsh',
  positionals: { shell: { describe: 'Shell to complete for', choices: Object.keys(SCRIPTS) } },
  options: [],
  examples: [
    ['completion bash > /etc/bash_completion.d/pigstyc', 'For every user of the machine'],
    ['completion zsh > "${fpath[1]}/_pigstyc"', 'For zsh'],
  ],
  run: async (args, host) => {
    host.stdout(SCRIPTS[args.shell!]!);
    return EXIT.ok;
  },
};
