namespace KernelDsl.Runtime.Jit;

/// <summary>Emitted C# did not compile. This is a defect of KernelDsl; the message has what is needed to report it.</summary>
public sealed class JitException : Exception
{
    internal JitException(IEnumerable<string> errors, string source)
        : base($"KD0001: internal error: the emitted C# does not compile.\n{string.Join("\n", errors)}\n{source}")
    {
    }
}
