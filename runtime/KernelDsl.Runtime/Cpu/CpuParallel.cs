using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace KernelDsl.Runtime.Cpu;

/// <summary>How kernels use the CPU.</summary>
/// <param name="MaximumDegree">The most threads that one stage uses; 0 for one per processor.</param>
public sealed record CpuOptions(int MaximumDegree = 0);

/// <summary>Splits the points of a stage over threads.</summary>
internal static class CpuParallel
{
    // Starting other threads costs some microseconds: a stage that is done sooner stays on the calling thread.
    private static readonly long s_patience = Stopwatch.Frequency / 50_000;

    public static void Run(CpuStage stage, CpuArguments arguments, ReadOnlySpan<long> serial, long points, CpuOptions options)
    {
        var degree = options.MaximumDegree > 0 ? options.MaximumDegree : Environment.ProcessorCount;
        var begin = degree == 1 ? Rest(stage, arguments, serial, points) : Begin(stage, arguments, serial, points);
        if (begin == points)
        {
            return;
        }

        var copy = serial.ToArray();
        var chunks = Math.Min(points - begin, degree * 8L);
        try
        {
            Parallel.For(
                0L,
                chunks,
                new ParallelOptions { MaxDegreeOfParallelism = degree },
                chunk => stage(arguments, copy, begin + Part(points - begin, chunk, chunks), begin + Part(points - begin, chunk + 1, chunks)));
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    private static long Rest(CpuStage stage, CpuArguments arguments, ReadOnlySpan<long> serial, long points)
    {
        stage(arguments, serial, 0, points);
        return points;
    }

    // Doubles the number of points per call until the patience is spent, and returns the first point that is left.
    private static long Begin(CpuStage stage, CpuArguments arguments, ReadOnlySpan<long> serial, long points)
    {
        var start = Stopwatch.GetTimestamp();
        long begin = 0;
        for (long count = 1; begin < points; count *= 2)
        {
            var end = Math.Min(points, begin + count);
            stage(arguments, serial, begin, end);
            begin = end;
            if (Stopwatch.GetTimestamp() - start > s_patience)
            {
                break;
            }
        }

        return begin;
    }

    private static long Part(long points, long chunk, long chunks) => (long)((Int128)points * chunk / chunks);
}
