using System.Runtime.CompilerServices;

namespace KernelDsl.Testing;

/// <summary>
/// Compares a text with a committed file. <c>X.verified.txt</c> is what was agreed to, <c>X.received.txt</c> is written beside it
/// where a run gave something else. <c>KDSL_UPDATE_BASELINES=1</c> accepts what the run gives.
/// </summary>
public static class Baseline
{
    /// <summary>Throws where the text differs from <c>{folder}/{name}.verified.txt</c>, beside the source file of the caller.</summary>
    public static void Verify(string folder, string name, string received, [CallerFilePath] string callerPath = "")
    {
        var directory = Path.Combine(Path.GetDirectoryName(callerPath)!, folder);
        Verify(Path.Combine(directory, name + ".verified.txt"), Path.Combine(directory, name + ".received.txt"), received);
    }

    /// <summary>The same for a committed file that is not a baseline alone, such as a page of the documentation.</summary>
    public static void VerifyFile(string path, string received) => Verify(path, path + ".received.txt", received);

    private static void Verify(string verifiedPath, string receivedPath, string received)
    {
        var directory = Path.GetDirectoryName(verifiedPath)!;
        var actual = Normalise(received);
        if (Environment.GetEnvironmentVariable("KDSL_UPDATE_BASELINES") == "1")
        {
            Directory.CreateDirectory(directory);
            File.WriteAllText(verifiedPath, actual);
            File.Delete(receivedPath);
            return;
        }

        var expected = File.Exists(verifiedPath) ? Normalise(File.ReadAllText(verifiedPath)) : "";
        if (expected == actual)
        {
            File.Delete(receivedPath);
            return;
        }

        Directory.CreateDirectory(directory);
        File.WriteAllText(receivedPath, actual);
        throw new BaselineException(Describe(verifiedPath, expected, actual));
    }

    private static string Normalise(string text) => text.ReplaceLineEndings("\n").TrimEnd() + "\n";

    private static string Describe(string path, string expected, string actual)
    {
        var (old, now) = (expected.Split('\n'), actual.Split('\n'));
        var line = 0;
        while (line < old.Length && line < now.Length && old[line] == now[line])
        {
            line++;
        }

        return $"{Path.GetFileName(path)} differs first in line {line + 1}:\n"
            + $"  verified: {(line < old.Length ? old[line] : "<end>")}\n"
            + $"  received: {(line < now.Length ? now[line] : "<end>")}";
    }
}

/// <summary>A text is not what its baseline says.</summary>
public sealed class BaselineException(string message) : Exception(message);
