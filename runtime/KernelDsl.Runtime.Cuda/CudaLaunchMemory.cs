using KernelDsl.Plans;
using KernelDsl.Runtime.Launching;

namespace KernelDsl.Runtime.Cuda;

/// <summary>The device memory of one launch: inputs copied there, outputs and workspace allocated.</summary>
internal sealed class CudaLaunchMemory : IDisposable
{
    private readonly ICudaDriver _driver;
    private readonly KernelPlan _plan;
    private readonly List<ulong> _addresses = [];

    public CudaLaunchMemory(ICudaDriver driver, KernelPlan plan, BoundLaunch launch)
    {
        _driver = driver;
        _plan = plan;
        try
        {
            for (var i = 0; i < plan.Buffers.Length; i++)
            {
                // Padded, because atomics on narrow elements work on whole words.
                var bytes = checked(((launch.Lengths[i] * plan.Buffers[i].Element.Bits()) + 31) / 32 * 4);
                _addresses.Add(driver.Allocate(bytes));
                driver.Name(_addresses[i], plan.Buffers[i].Name);
                if (plan.Buffers[i].Role == PlanBufferRole.Input)
                {
                    driver.CopyToDevice(_addresses[i], launch.Buffers[i]!.Bytes);
                }
                else if (driver.IsChecking && plan.Buffers[i].Element.Bits() >= 8)
                {
                    // What a kernel reads before it writes it is to be found out; only the padding has an owner here.
                    var used = launch.Lengths[i] * plan.Buffers[i].Element.Bits() / 8;
                    driver.Fill(_addresses[i] + (ulong)used, 1, 0, bytes - used);
                }
                else
                {
                    driver.Fill(_addresses[i], 4, 0, bytes / 4);
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public nint[] Addresses => _addresses.Select(address => (nint)address).ToArray();

    public void CopyOutputs(BoundLaunch launch)
    {
        for (var i = 0; i < _plan.Buffers.Length; i++)
        {
            if (_plan.Buffers[i].Role == PlanBufferRole.Output)
            {
                _driver.CopyToHost(launch.Buffers[i]!.Bytes, _addresses[i]);
            }
        }
    }

    public void Dispose()
    {
        foreach (var address in _addresses)
        {
            try
            {
                _driver.Free(address);
            }
            catch (CudaException)
            {
                // After a kernel that failed every call fails; the first error is the one to see.
            }
        }

        _addresses.Clear();
    }
}
