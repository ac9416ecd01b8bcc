using System.Diagnostics;
using System.Runtime.InteropServices;

namespace KernelDsl.Testing;

/// <summary>The time that this thread has computed, so that a limit on it holds on a busy machine too; wall time where the system does not tell.</summary>
public static partial class ThreadTime
{
    private const int ThreadClock = 3;

    /// <summary>Milliseconds since some moment; only differences on one thread mean something.</summary>
    public static double Milliseconds
        => OperatingSystem.IsLinux() && ReadClock(ThreadClock, out var time) == 0
            ? (time.Seconds * 1e3) + (time.Nanoseconds / 1e6)
            : Stopwatch.GetTimestamp() * 1e3 / Stopwatch.Frequency;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
