using KernelDsl.VirtualGpu.Clusters;

namespace KernelDsl.VirtualGpu.Async;

/// <summary>Something that happens by itself, some time after an instruction began it.</summary>
internal abstract class AsyncOperation
{
    /// <summary>It happens only when nothing else can go on, or when somebody waits for it by name.</summary>
    public bool IsLazy { get; set; }

    public abstract void Deliver(Cluster cluster);
}

/// <summary>What is under way in a cluster. The order in which it arrives is random, and some of it arrives as late as it may.</summary>
internal sealed class AsyncQueue
{
    private readonly List<AsyncOperation> _operations = [];

    public int Count => _operations.Count;

    public void Clear() => _operations.Clear();

    /// <summary>Begins an operation; some arrive at once.</summary>
    public void Begin(Cluster cluster, AsyncOperation operation)
    {
        var policy = cluster.Random.Next(3);
        if (policy == 0)
        {
            operation.Deliver(cluster);
            return;
        }

        operation.IsLazy = policy == 1;
        _operations.Add(operation);
    }

    public bool DeliverOne(Cluster cluster, bool isForced)
    {
        var candidates = isForced ? _operations : _operations.FindAll(operation => !operation.IsLazy);
        if (candidates.Count == 0)
        {
            return false;
        }

        Deliver(cluster, candidates[cluster.Random.Next(candidates.Count)]);
        return true;
    }

    /// <summary>Delivers an operation that somebody waits for; nothing when it arrived already.</summary>
    public void Deliver(Cluster cluster, AsyncOperation operation)
    {
        if (_operations.Remove(operation))
        {
            operation.Deliver(cluster);
        }
    }

    public void DeliverAll(Cluster cluster)
    {
        while (DeliverOne(cluster, isForced: true))
        {
        }
    }
}
