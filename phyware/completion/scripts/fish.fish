# Completion of phyware for fish: save this file as
# ~/.config/fish/completions/phyware.fish. It asks phyware at every Tab, so it need
# not be made anew when plugins change.
function __phyware_candidates
    set -l typed (commandline -opc)
    set -e typed[1]
    set -l last (commandline -ct)
    set -l plain (string unescape -- "$last" 2>/dev/null; or string replace -r '^["\']' '' -- "$last")
    set -l found (printf '%s\0' $typed "$plain" | command phyware completion fish --candidates 2>/dev/null)
    set -l kind $found[1]
    set -e found[1]
    for candidate in $found
        printf '%s\n' $candidate
    end
    if test "$kind" = files
        __fish_complete_path "$plain"
    end
end
complete -c phyware -f -a '(__phyware_candidates)'
