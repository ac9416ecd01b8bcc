using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace KernelDsl.Compiler;

/// <summary>
/// Work that recurses over a tree. Where the caller's stack is too small for it, it is done again on a thread with a large one, so that what comes
/// out does not depend on who calls. The work must be repeatable: it makes what it gives, and changes nothing else.
/// </summary>
internal static class DeepStack
{
    private const int Size = 64 << 20;

    /// <summary>Stands at the entry of every recursion. An overflow would end the process; this is an exception.</summary>
    public static void Guard() => RuntimeHelpers.EnsureSufficientExecutionStack();

    /// <param name="work">What to do.</param>
    /// <param name="otherwise">What to give where even the large stack is too small; without it that is an exception.</param>
    public static T Run<T>(Func<T> work, Func<T>? otherwise = null)
    {
        try
        {
            return work();
        }
        catch (InsufficientExecutionStackException)
        {
        }

        var result = default(T)!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() => failure = Capture(() => result = work()), Size);
        thread.Start();
        thread.Join();
        if (failure?.SourceException is InsufficientExecutionStackException && otherwise is not null)
        {
            return otherwise();
        }

        failure?.Throw();
        return result;
    }

    private static ExceptionDispatchInfo? Capture(Action work)
    {
        try
        {
            work();
            return null;
        }
        catch (Exception e)
        {
            // It goes on in the thread that waits.
            return ExceptionDispatchInfo.Capture(e);
        }
    }
}
