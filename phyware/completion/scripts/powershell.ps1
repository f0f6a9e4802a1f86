# Completion of phyware for PowerShell: dot-source this file from $PROFILE.
# It asks phyware at every Tab, so it need not be made anew when plugins change.
Register-ArgumentCompleter -Native -CommandName 'phyware' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $program = Get-Command -Name 'phyware' -CommandType Application -ErrorAction SilentlyContinue |
        Select-Object -First 1
    if ($null -eq $program) { return }
    $typed = @(
        $commandAst.CommandElements |
            Select-Object -Skip 1 |
            Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
            ForEach-Object {
                if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
                    $_.Value
                } else {
                    $_.Extent.Text
                }
            }
    )
    $typed += $wordToComplete.Trim("'", '"')
    $answer = @(($typed -join "`0") + "`0" | & $program completion powershell --candidates 2>$null)
    $answer | Select-Object -Skip 1 | ForEach-Object {
        $word = $_
        if ($word -notmatch '^[A-Za-z0-9_./:=+-]+$') {
            $inner = [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($word)
            $word = "'" + $inner + "'"
        }
        [System.Management.Automation.CompletionResult]::new($word, $_, 'ParameterValue', $_)
    }
    if ($answer.Count -gt 0 -and $answer[0] -eq 'files') {
        [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete)
    }
}
