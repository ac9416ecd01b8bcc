using System.Globalization;

namespace KernelDsl.Runtime.Cuda;

/// <summary>Makes NVIDIA GPUs known to <see cref="KernelDevice.Open(string)"/> and <see cref="KernelDevice.Default"/>.</summary>
public static class CudaBackend
{
    /// <summary>Does it, once. Generated code of a project that references this package calls it when its assembly is loaded.</summary>
    public static void Register() => KernelDevice.Register(new Backend());

    private sealed class Backend() : KernelBackend("cuda", isPreferred: true)
    {
        public override KernelDevice? TryOpen(string place, out string reason)
        {
            if (!int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal))
            {
                reason = "a GPU is named by its number, such as cuda:0";
                return null;
            }

            if (!CudaDevice.TryOpen(ordinal, out var device, out var missing))
            {
                reason = missing;
                return null;
            }

            reason = string.Empty;
            return new CudaKernelDevice(device);
        }
    }
}
