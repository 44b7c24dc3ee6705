import FoundationEssentials
import Terminal

/// The scripts that make a shell ask fleet what fits; they know no word of fleet's, and never grow old.
enum CompletionScript {
    /// The first argument of a question: then come the place of the word that is typed, and all words of the line.
    static let question = "complete-words"

    /// Answers a question of one of the scripts; one that cannot be understood has no answer.
    ///
    /// - Throws: An ``OutputError``.
    static func answer(_ arguments: [String]) throws {
        guard let place = arguments.first.flatMap({ Int($0) }) else { return }
        let lines = WordAnswer.at(place, of: Array(arguments.dropFirst())).lines
        try Console(environment: [:]).print(lines)
    }

    /// The script of a shell.
    static func text(for shell: CompletionCommand.Shell) -> String {
        switch shell {
        case .bash: bash
        case .zsh: zsh
        case .fish: fish
        }
    }

    private static let bash = #"""
        # Completion of fleet for bash: fleet itself says what fits.
        _fleet() {
            local line files='' typed=${COMP_WORDS[COMP_CWORD]}
            COMPREPLY=()
            # In fleet's order, such as the newest run first (bash 4.4 and later).
            compopt -o nosort 2>/dev/null
            while IFS= read -r line; do
                case $line in
                    :files) files=-f ;;
                    :folders) files=-d ;;
                    *) COMPREPLY+=("${line%%$'\t'*}") ;;
                esac
            done < <("${COMP_WORDS[0]}" complete-words "$COMP_CWORD" "${COMP_WORDS[@]}" 2>/dev/null)
            [[ -z $files ]] && return
            [[ $typed == '=' ]] && typed=''
            while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$files" -- "$typed")
            compopt -o filenames 2>/dev/null
        }
        complete -F _fleet fleet

        """#

    private static let zsh = #"""
        #compdef fleet
        # Completion of fleet for zsh: fleet itself says what fits.
        # By hand it is sourced after compinit: autoload -Uz compinit && compinit
        _fleet() {
            local line name about files=''
            local -a names lines
            local -i wide=0 room
            lines=("${(@f)$("${words[1]}" complete-words $((CURRENT - 1)) "${(@)words}" 2>/dev/null)}")
            for line in "${(@)lines}"; do
                name=${line%%$'\t'*}
                (( ${#name} > wide )) && wide=${#name}
            done
            # zsh itself would cut in the middle of a word.
            room=$(( COLUMNS - wide - 9 ))
            for line in "${(@)lines}"; do
                case $line in
                    '') ;;
                    :files | :folders) files=$line ;;
                    *$'\t'*)
                        name=${line%%$'\t'*} about=${line#*$'\t'}
                        if (( ${#about} > room )); then
                            about=${about[1,$(( room > 3 ? room - 3 : 0 ))]}
                            [[ $about == *' '* ]] && about="${about% *} ..." || about=''
                        fi
                        if [[ -n $about ]]; then names+=("${name//:/\\:}:$about"); else names+=("${name//:/\\:}"); fi
                        ;;
                    *) names+=("${line//:/\\:}") ;;
                esac
            done
            local found=1
            (( ${#names} )) && _describe -V fleet names && found=0
            if [[ -n $files ]]; then
                compset -P '--*='
                if [[ $files == :folders ]]; then _files -/ && found=0; else _files && found=0; fi
            fi
            return found
        }
        if [[ "${funcstack[1]}" = _fleet ]]; then
            _fleet "$@"
        elif (( $+functions[compdef] )); then
            compdef _fleet fleet
        else
            print -u2 "fleet: zsh's completion is off; before this, in ~/.zshrc: autoload -Uz compinit && compinit"
        fi

        """#

    private static let fish = #"""
        # Completion of fleet for fish: fleet itself says what fits.
        function __fleet_words
            set -l before (commandline -opc)
            set -l typed (commandline -ct)
            set -l option (string match -r -- '^--[^=]*=' $typed)
            for line in ($before[1] complete-words (count $before) $before "$typed" 2>/dev/null)
                switch $line
                    case ':files'
                        for path in (__fish_complete_path (string replace -r -- '^--[^=]*=' '' "$typed"))
                            echo "$option$path"
                        end
                    case ':folders'
                        for path in (__fish_complete_directories (string replace -r -- '^--[^=]*=' '' "$typed") '')
                            echo "$option$path"
                        end
                    case '*'
                        echo $line
                end
            end
        end
        complete -c fleet -f -k -a '(__fleet_words)'

        """#
}
