using KernelDsl.Profiling.Counting;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>
/// Runs the blocks of a launch on worker threads. A worker runs one block to its end; a block that uses up its slice is put aside and another is begun beside it,
/// so that blocks which wait for each other (a grid barrier, look-back) make progress.
/// </summary>
internal sealed class BlockRunner(Launch launch)
{
    private const long Slice = 1 << 20;
    private const int MaximumResident = 1024;

    private readonly List<CounterTally> _counters = [];
    private readonly Lock _gate = new();
    private long _next;
    private Exception? _failure;

    /// <summary>Runs all blocks.</summary>
    /// <returns>What was counted, for each worker's blocks.</returns>
    public List<CounterTally> Run()
    {
        var workers = launch.Options.Workers > 0 ? launch.Options.Workers : Environment.ProcessorCount;
        workers = (int)Math.Min(workers, launch.GridSize.Count);
        if (workers <= 1)
        {
            Work();
        }
        else
        {
            var threads = Enumerable.Range(1, workers - 1).Select(_ => new Thread(Work) { IsBackground = true }).ToArray();
            Array.ForEach(threads, thread => thread.Start());
            Work();
            Array.ForEach(threads, thread => thread.Join());
        }

        if (_failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failure);
        }

        return _counters;
    }

    private void Work()
    {
        var active = new List<Block>();
        var idle = new Stack<Block>();
        try
        {
            for (var turn = 0; ; turn++)
            {
                if (active.Count < MaximumResident && (active.Count == 0 || turn % (active.Count + 1) == active.Count) && TryTake(out var linear))
                {
                    var fresh = idle.Count > 0 ? idle.Pop() : new Block(launch);
                    active.Add(fresh);
                    fresh.Reset(linear);
                    turn = active.Count - 1;
                }

                if (active.Count == 0)
                {
                    break;
                }

                var block = active[turn % active.Count];
                block.Run(Slice);
                if (block.IsDone)
                {
                    active.Remove(block);
                    idle.Push(block);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Another worker failed; its failure is the one to report.
        }
#pragma warning disable CA1031 // The failure is thrown again on the thread that launched.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, e, null);
            launch.Stop();
        }
        finally
        {
            lock (_gate)
            {
                foreach (var block in active.Concat(idle))
                {
                    if (block.Counters is not null)
                    {
                        _counters.Add(block.Counters);
                    }

                    block.Dispose();
                }
            }
        }
    }

    private bool TryTake(out long linear)
    {
        linear = Interlocked.Increment(ref _next) - 1;
        return linear < launch.GridSize.Count && !launch.IsStopped;
    }
}
