#compdef phyware
# Completion of phyware for zsh: save this file as _phyware in a directory of $fpath,
# or source it after compinit. It asks phyware at every Tab, so it need not be made
# anew when plugins change.
_phyware() {
    local -a typed found
    local kind
    (( CURRENT > 2 )) && typed=("${(@Q)words[2,CURRENT-1]}")
    found=("${(@f)$(
        printf '%s\0' "${typed[@]}" "${(Q)PREFIX}" |
            command phyware completion zsh --candidates 2>/dev/null
    )}")
    kind=$found[1]
    shift found
    (( $#found )) && compadd -- "${found[@]}"
    [[ $kind == files ]] && _files
}
if [[ $funcstack[1] == _phyware ]]; then
    _phyware "$@"
else
    compdef _phyware phyware
fi
