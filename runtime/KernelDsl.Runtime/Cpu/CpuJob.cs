using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace KernelDsl.Runtime.Cpu;

/// <summary>
/// Splits the points of a stage over the calling thread and threads of the pool. One run at a time; made once and used again, so that a run allocates nothing.
/// </summary>
internal sealed class CpuJob(int degree) : IThreadPoolWorkItem
{
    // Waking other threads costs some microseconds: a stage that is done sooner stays on the calling thread.
    private static readonly long s_patience = Stopwatch.Frequency / 50_000;

    private CpuStage? _stage;
    private CpuArguments? _arguments;
    private long[] _serial = [];
    private int _serialCount;
    private long _begin;
    private long _points;
    private long _chunks;
    private long _next;
    private int _called;
    private int _active;
    private int _isOpen;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Makes a job that uses as many threads as the options say.</summary>
    public static CpuJob Create(CpuOptions options) => new(options.MaximumDegree > 0 ? options.MaximumDegree : Environment.ProcessorCount);

    /// <summary>Runs a stage for all points and waits for it.</summary>
    public void Run(CpuStage stage, CpuArguments arguments, ReadOnlySpan<long> serial, long points)
    {
        var begin = degree == 1 ? All(stage, arguments, serial, points) : Begin(stage, arguments, serial, points);
        if (begin == points)
        {
            return;
        }

        if (_serial.Length < serial.Length)
        {
            _serial = new long[serial.Length];
        }

        serial.CopyTo(_serial);
        (_stage, _arguments, _serialCount, _begin, _points) = (stage, arguments, serial.Length, begin, points);
        (_chunks, _next, _failure) = (Math.Min(points - begin, degree * 8L), 0, null);
        Interlocked.Exchange(ref _isOpen, 1);

        // Calls for help that no thread has followed yet still count, so that the pool's queue stays short under load.
        for (var wanted = (int)Math.Min(degree, _chunks) - 1 - Volatile.Read(ref _called); wanted > 0; wanted--)
        {
            Interlocked.Increment(ref _called);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        Work();
        Close();
        _failure?.Throw();
    }

    /// <summary>A thread of the pool comes to help. It may come late, when the run is over, or into a later run, where it is as welcome.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.Decrement(ref _called);
        Interlocked.Increment(ref _active);
        if (Volatile.Read(ref _isOpen) != 0)
        {
            Work();
        }

        if (Interlocked.Decrement(ref _active) == 0)
        {
            lock (this)
            {
                Monitor.PulseAll(this);
            }
        }
    }

    private static long All(CpuStage stage, CpuArguments arguments, ReadOnlySpan<long> serial, long points)
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

    private void Work()
    {
        var serial = _serial.AsSpan(0, _serialCount);
        for (long chunk; (chunk = Interlocked.Increment(ref _next) - 1) < _chunks;)
        {
            try
            {
                _stage!(_arguments!, serial, _begin + Part(chunk), _begin + Part(chunk + 1));
            }
            catch (Exception e)
            {
                // The first failure is the one to see; the chunks that nobody has taken are left out.
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
                Interlocked.Exchange(ref _next, _chunks);
            }
        }
    }

    // After this no helper reads the fields of the run: it has left, or it comes and finds the job closed.
    private void Close()
    {
        Interlocked.Exchange(ref _isOpen, 0);
        for (var spin = default(SpinWait); Volatile.Read(ref _active) != 0 && spin.Count < 50; spin.SpinOnce(sleep1Threshold: -1))
        {
        }

        if (Volatile.Read(ref _active) != 0)
        {
            lock (this)
            {
                while (Volatile.Read(ref _active) != 0)
                {
                    Monitor.Wait(this);
                }
            }
        }

        (_stage, _arguments) = (null, null);
    }

    private long Part(long chunk) => (long)((Int128)(_points - _begin) * chunk / _chunks);
}
