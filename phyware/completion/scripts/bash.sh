# Completion of phyware for bash: source this file from ~/.bashrc.
# It asks phyware at every Tab, so it need not be made anew when plugins change.
_phyware() {
    local kind='' candidate
    COMPREPLY=()
    {
        IFS= read -r kind
        while IFS= read -r candidate; do
            COMPREPLY+=("$candidate")
        done
    } < <(
        printf '%s\0' "$COMP_WORDBREAKS" "${COMP_LINE:0:COMP_POINT}" |
            command phyware completion bash --candidates 2>/dev/null
    )
    if [[ $kind == files ]]; then
        compopt -o default 2>/dev/null
    fi
}
complete -F _phyware phyware
