using KernelDsl.Profiling.Counting;
using KernelDsl.VirtualGpu.Clusters;

namespace KernelDsl.VirtualGpu.Machine;

/// <summary>
/// Runs the blocks of a launch on worker threads, those of a cluster together on one. A worker runs one to its end; one that uses up its slice is put aside and another is begun beside it,
/// so that blocks which wait for each other (a grid barrier, look-back) make progress.
/// </summary>
internal sealed class BlockRunner(Launch launch)
{
    private const long Slice = 1 << 20;
    private const int MaximumResident = 1024;

    private readonly List<CounterTally> _counters = [];
    private readonly Lock _gate = new();
    private readonly long _clusters = launch.GridSize.Count / launch.ClusterSize.Count;
    private long _workers = 1;
    private long _next;
    private Exception? _failure;

    /// <summary>Runs all blocks.</summary>
    /// <returns>What was counted, for each worker's blocks.</returns>
    public List<CounterTally> Run()
    {
        var workers = launch.Options.Workers > 0 ? launch.Options.Workers : Environment.ProcessorCount;
        workers = (int)Math.Min(workers, _clusters);
        _workers = Math.Max(workers, 1);
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
        var active = new List<Cluster>();
        var idle = new Stack<Cluster>();
        try
        {
            for (var turn = 0; ; turn++)
            {
                // After a round of all that are begun, one more; twice as many where some wait, for they may wait for those that are not begun.
                if (active.Count == 0 || turn >= active.Count)
                {
                    turn = 0;
                    var wanted = launch.IsCooperative ? (_clusters + _workers - 1) / _workers : active.Exists(cluster => cluster.IsSpinning) ? active.Count * 2 : active.Count + 1;
                    while (active.Count < wanted && active.Count * launch.ClusterSize.Count < MaximumResident && TryTake(out var linear))
                    {
                        var fresh = idle.Count > 0 ? idle.Pop() : new Cluster(launch);
                        active.Add(fresh);
                        fresh.Reset(linear);
                    }
                }

                if (active.Count == 0)
                {
                    break;
                }

                var cluster = active[turn];
                cluster.Run(Slice);
                if (cluster.IsDone)
                {
                    active.RemoveAt(turn--);
                    idle.Push(cluster);
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
                foreach (var cluster in active.Concat(idle))
                {
                    _counters.AddRange(cluster.Blocks.Where(block => block.Counters is not null).Select(block => block.Counters!));
                    cluster.Dispose();
                }
            }
        }
    }

    private bool TryTake(out long linear)
    {
        linear = Interlocked.Increment(ref _next) - 1;
        return linear < _clusters && !launch.IsStopped;
    }
}
