namespace KernelDsl.Tool;

internal static class ToolHost
{
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error) => 0;
}
