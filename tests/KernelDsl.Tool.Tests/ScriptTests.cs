using System.Diagnostics;

namespace KernelDsl.Tool.Tests;

public sealed class ScriptTests
{
    [SkippableTheory]
    [InlineData("kdsl")]
    [InlineData("eng/install-nvrtc.sh")]
    [InlineData("eng/test.sh")]
    [InlineData(".ci/run")]
    public void Script_has_no_syntax_error(string script)
    {
        Skip.If(OperatingSystem.IsWindows());
        var path = Path.Combine(Root(), script);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute));
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-n", path]) { RedirectStandardError = true })!;
        var errors = bash.StandardError.ReadToEnd();
        bash.WaitForExit();
        Assert.Equal("", errors);
        Assert.Equal(0, bash.ExitCode);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "KernelDsl.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
