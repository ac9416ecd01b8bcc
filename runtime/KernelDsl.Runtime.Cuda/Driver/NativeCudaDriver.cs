using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;

namespace KernelDsl.Runtime.Cuda;

/// <summary>The CUDA driver of the machine.</summary>
public sealed unsafe partial class NativeCudaDriver : ICudaDriver
{
    private readonly CudaFunctions _cuda;

    private NativeCudaDriver(CudaFunctions cuda)
    {
        _cuda = cuda;
        Check(cuda.Init(0), "starting the driver");
        int version;
        Check(cuda.DriverGetVersion(&version), "asking for the version");
        Version = new Version(version / 1000, version % 1000 / 10);
    }

    /// <inheritdoc/>
    public Version Version { get; }

    /// <inheritdoc/>
    public int DeviceCount
    {
        get
        {
            int count;
            Check(_cuda.DeviceGetCount(&count), "counting devices");
            return count;
        }
    }

    /// <summary>Loads and starts the driver.</summary>
    /// <param name="driver">The driver, when there is one with a device.</param>
    /// <param name="reason">Otherwise what is missing, in a sentence.</param>
    public static bool TryLoad([NotNullWhen(true)] out NativeCudaDriver? driver, [NotNullWhen(false)] out string? reason)
        => TryLoad(CandidateLibraries(), out driver, out reason);

    internal static bool TryLoad(IReadOnlyList<string> libraries, [NotNullWhen(true)] out NativeCudaDriver? driver, [NotNullWhen(false)] out string? reason)
    {
        driver = null;
        foreach (var library in libraries)
        {
            if (!NativeLibrary.TryLoad(library, out var handle))
            {
                continue;
            }

            try
            {
                driver = new NativeCudaDriver(new CudaFunctions(new NativeExports(handle, library)));
                reason = null;
                return true;
            }
            catch (CudaException e)
            {
                // The library stays loaded: drivers do not like to be unloaded after an attempt to start.
                reason = $"the CUDA driver library {library} loads, but {e.Message}";
                return false;
            }
            catch (EntryPointNotFoundException e)
            {
                reason = $"the CUDA driver is too old or is not one: {e.Message}";
                return false;
            }
        }

        reason = $"no CUDA driver: {string.Join(", ", libraries)} cannot be loaded (it comes with the NVIDIA driver of the machine)";
        return false;
    }

    /// <inheritdoc/>
    public int GetDevice(int ordinal)
    {
        int device;
        Check(_cuda.DeviceGet(&device, ordinal), $"getting device {ordinal}");
        return device;
    }

    /// <inheritdoc/>
    public string GetName(int device)
    {
        var buffer = stackalloc byte[256];
        Check(_cuda.DeviceGetName(buffer, 256, device), "getting the name of a device");
        return Marshal.PtrToStringUTF8((nint)buffer) ?? "unnamed";
    }

    /// <inheritdoc/>
    public long GetTotalMemory(int device)
    {
        nuint bytes;
        Check(_cuda.DeviceTotalMem(&bytes, device), "getting the memory of a device");
        return (long)bytes;
    }

    /// <inheritdoc/>
    public int GetAttribute(int device, CudaDeviceAttribute attribute)
    {
        int value;
        Check(_cuda.DeviceGetAttribute(&value, (int)attribute, device), $"getting {attribute}");
        return value;
    }

    /// <inheritdoc/>
    public nint RetainPrimaryContext(int device)
    {
        nint context;
        Check(_cuda.PrimaryCtxRetain(&context, device), "opening the device");
        return context;
    }

    /// <inheritdoc/>
    public void ReleasePrimaryContext(int device) => Check(_cuda.PrimaryCtxRelease(device), "closing the device");

    /// <inheritdoc/>
    public void SetCurrent(nint context) => Check(_cuda.CtxSetCurrent(context), "choosing the device");

    private static string[] CandidateLibraries()
        => OperatingSystem.IsWindows() ? ["nvcuda.dll"] : ["libcuda.so.1", "libcuda.so", "/usr/lib/wsl/lib/libcuda.so.1"];

    private void Check(int code, string action, string log = "")
    {
        if (code != CudaFunctions.Success)
        {
            throw new CudaException(code, _cuda.Name(code), $"{action} failed: {_cuda.Describe(code)} ({_cuda.Name(code)})", log);
        }
    }

    private static byte[] ZeroTerminated(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
