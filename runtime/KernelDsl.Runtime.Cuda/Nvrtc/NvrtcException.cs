namespace KernelDsl.Runtime.Cuda;

/// <summary>NVRTC refused a source or an option, or is not there.</summary>
public class NvrtcException : Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="message">What was wrong.</param>
    /// <param name="log">What the compiler printed; may be empty.</param>
    /// <param name="inner">What caused it.</param>
    public NvrtcException(string message, string log = "", Exception? inner = null)
        : base(log.Length == 0 ? message : message + Environment.NewLine + log, inner)
    {
        Log = log;
    }

    /// <summary>What the compiler printed: its errors with lines and columns.</summary>
    public string Log { get; }
}

/// <summary>NVRTC was not found. The message lists the places that were looked at and the command that installs it.</summary>
public sealed class NvrtcMissingException(NvrtcProbe probe) : NvrtcException(probe.Describe())
{
    /// <summary>Where it was looked for.</summary>
    public NvrtcProbe Probe { get; } = probe;
}
