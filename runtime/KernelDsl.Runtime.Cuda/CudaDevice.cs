using System.Diagnostics.CodeAnalysis;

namespace KernelDsl.Runtime.Cuda;

/// <summary>One GPU, opened.</summary>
public sealed class CudaDevice : IDisposable
{
    private readonly int _handle;
    private bool _isDisposed;

    private CudaDevice(ICudaDriver driver, int ordinal)
    {
        Driver = driver;
        Ordinal = ordinal;
        _handle = driver.GetDevice(ordinal);
        Name = driver.GetName(_handle);
        TotalMemory = driver.GetTotalMemory(_handle);
        ComputeCapability = new Version(
            driver.GetAttribute(_handle, CudaDeviceAttribute.ComputeCapabilityMajor), driver.GetAttribute(_handle, CudaDeviceAttribute.ComputeCapabilityMinor));
        MultiprocessorCount = driver.GetAttribute(_handle, CudaDeviceAttribute.MultiprocessorCount);
        Context = driver.RetainPrimaryContext(_handle);
    }

    /// <summary>The place in the driver's list, from 0.</summary>
    public int Ordinal { get; }

    /// <summary>The name, such as <c>NVIDIA A100</c>.</summary>
    public string Name { get; }

    /// <summary>Such as 8.0.</summary>
    public Version ComputeCapability { get; }

    /// <summary>The architecture to compile for, such as <c>sm_80</c>.</summary>
    public string Architecture => $"sm_{ComputeCapability.Major}{ComputeCapability.Minor}";

    /// <summary>The memory in bytes.</summary>
    public long TotalMemory { get; }

    /// <summary>Streaming multiprocessors.</summary>
    public int MultiprocessorCount { get; }

    /// <summary>The driver it belongs to.</summary>
    public ICudaDriver Driver { get; }

    internal nint Context { get; }

    /// <summary>Opens a device of the machine's driver.</summary>
    /// <param name="ordinal">The place in the driver's list, from 0.</param>
    /// <param name="device">The device.</param>
    /// <param name="reason">Otherwise what is missing: the driver, a device, or a device with this number.</param>
    public static bool TryOpen(int ordinal, [NotNullWhen(true)] out CudaDevice? device, [NotNullWhen(false)] out string? reason)
    {
        device = null;
        return NativeCudaDriver.TryLoad(out var driver, out reason) && TryOpen(driver, ordinal, out device, out reason);
    }

    /// <summary>Opens a device of a given driver.</summary>
    public static bool TryOpen(ICudaDriver driver, int ordinal, [NotNullWhen(true)] out CudaDevice? device, [NotNullWhen(false)] out string? reason)
    {
        device = null;
        try
        {
            var count = driver.DeviceCount;
            if (ordinal < 0 || ordinal >= count)
            {
                reason = count == 0 ? "the CUDA driver has no device" : $"there is no device cuda:{ordinal}; the last is cuda:{count - 1}";
                return false;
            }

            device = new CudaDevice(driver, ordinal);
            reason = null;
            return true;
        }
        catch (CudaException e)
        {
            reason = e.Message;
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            Driver.ReleasePrimaryContext(_handle);
        }
    }
}
