namespace KernelDsl.Tool;

/// <summary>Where a command writes, and how.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Problems and progress.</param>
/// <param name="IsVerbose">Whether internal errors show where they happened.</param>
internal sealed record ToolContext(TextWriter Output, TextWriter Error, bool IsVerbose)
{
    /// <summary>Whether progress may be drawn: both streams are the process's own and a person looks at them.</summary>
    public bool IsTerminal => ReferenceEquals(Error, Console.Error) && !Console.IsErrorRedirected && !Console.IsOutputRedirected;
}
