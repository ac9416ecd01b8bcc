using System.Text;

namespace KernelDsl.Runtime.Cuda;

/// <summary>One place where a library was looked for.</summary>
/// <param name="Source">Why it was looked at, such as <c>CUDA_PATH</c>.</param>
/// <param name="Place">A path, or a name that the system loader was asked for.</param>
/// <param name="Outcome">What was found there, in a few words.</param>
public sealed record ProbedPlace(string Source, string Place, string Outcome);

/// <summary>How the search for NVRTC went.</summary>
/// <param name="Location">The library that was loaded, or null.</param>
/// <param name="Places">The places in the order they were looked at.</param>
public sealed record NvrtcProbe(string? Location, ImmutableArray<ProbedPlace> Places)
{
    /// <summary>The command that installs NVRTC on Debian without changing the system.</summary>
    public const string InstallCommand = "eng/install-nvrtc.sh";

    /// <summary>A sentence, the places and how to install it.</summary>
    public string Describe()
    {
        if (Location is not null)
        {
            return $"NVRTC was found at {Location}.";
        }

        var text = new StringBuilder("NVRTC, the compiler from CUDA C to PTX, was not found. Looked at:");
        foreach (var place in Places)
        {
            text.Append('\n').Append($"  {place.Place} ({place.Source}): {place.Outcome}");
        }

        return text.Append($"\nOn Debian, {InstallCommand} unpacks it into .tools/nvrtc; elsewhere install any CUDA from 11.8 to 13, or set KDSL_NVRTC to the library or its folder.")
            .ToString();
    }
}
