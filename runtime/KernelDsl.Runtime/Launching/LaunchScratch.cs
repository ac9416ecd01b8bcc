using KernelDsl.Plans;

namespace KernelDsl.Runtime.Launching;

/// <summary>The memory that a launch owns: workspace, and what its device adds. One block, which grows when a larger call comes.</summary>
/// <param name="device">Where it lies.</param>
/// <param name="alignment">Each buffer begins at a multiple of so many bytes.</param>
internal sealed class LaunchScratch(KernelDevice device, long alignment) : IDisposable
{
    private TensorStorage? _block;

    /// <summary>The room that one of the plan's buffers takes.</summary>
    public long Padded(KernelLaunch launch, int buffer)
        => (Elements.Bytes(launch.Program.Plan.Buffers[buffer].Element, launch.Lengths[buffer]) + alignment - 1) / alignment * alignment;

    /// <summary>Gives the plan's workspace buffers their addresses.</summary>
    /// <param name="more">Bytes that the device needs behind them.</param>
    /// <returns>The address of those bytes.</returns>
    /// <exception cref="DeviceMemoryException">The device has not so much memory.</exception>
    public nint Place(KernelLaunch launch, long more = 0)
    {
        var buffers = launch.Program.Plan.Buffers;
        var total = more;
        for (var i = 0; i < buffers.Length; i++)
        {
            total = buffers[i].Role == PlanBufferRole.Workspace ? checked(total + Padded(launch, i)) : total;
        }

        if (total > 0 && (_block is null || _block.Bytes < total))
        {
            // On a GPU freeing waits for what runs, so that no launch loses its memory.
            _block?.TryDispose();
            _block = null;
            _block = new TensorStorage(device, device.AllocateMemory(total), total, device.FreeMemory);
        }

        var next = _block?.Address ?? 0;
        for (var i = 0; i < buffers.Length; i++)
        {
            if (buffers[i].Role == PlanBufferRole.Workspace)
            {
                launch.Addresses[i] = next;
                next += (nint)Padded(launch, i);
            }
        }

        return next;
    }

    public void Dispose() => _block?.TryDispose();
}
