using System.Runtime.InteropServices;

namespace KernelDsl.Runtime.Cuda;

/// <summary>The entry points of the driver; names and types as in <c>cuda.h</c>.</summary>
internal sealed unsafe class CudaFunctions(NativeExports exports)
{
    public const int Success = 0;

    public readonly delegate* unmanaged<uint, int> Init = (delegate* unmanaged<uint, int>)exports.Get("cuInit");
    public readonly delegate* unmanaged<int*, int> DriverGetVersion = (delegate* unmanaged<int*, int>)exports.Get("cuDriverGetVersion");
    public readonly delegate* unmanaged<int, byte**, int> GetErrorName = (delegate* unmanaged<int, byte**, int>)exports.Get("cuGetErrorName");
    public readonly delegate* unmanaged<int, byte**, int> GetErrorString = (delegate* unmanaged<int, byte**, int>)exports.Get("cuGetErrorString");

    public readonly delegate* unmanaged<int*, int> DeviceGetCount = (delegate* unmanaged<int*, int>)exports.Get("cuDeviceGetCount");
    public readonly delegate* unmanaged<int*, int, int> DeviceGet = (delegate* unmanaged<int*, int, int>)exports.Get("cuDeviceGet");
    public readonly delegate* unmanaged<byte*, int, int, int> DeviceGetName = (delegate* unmanaged<byte*, int, int, int>)exports.Get("cuDeviceGetName");
    public readonly delegate* unmanaged<nuint*, int, int> DeviceTotalMem = (delegate* unmanaged<nuint*, int, int>)exports.Get("cuDeviceTotalMem_v2");

    public readonly delegate* unmanaged<int*, int, int, int> DeviceGetAttribute =
        (delegate* unmanaged<int*, int, int, int>)exports.Get("cuDeviceGetAttribute");

    public readonly delegate* unmanaged<nint*, int, int> PrimaryCtxRetain = (delegate* unmanaged<nint*, int, int>)exports.Get("cuDevicePrimaryCtxRetain");

    public readonly delegate* unmanaged<int, int> PrimaryCtxRelease =
        (delegate* unmanaged<int, int>)exports.GetFirst("cuDevicePrimaryCtxRelease_v2", "cuDevicePrimaryCtxRelease");

    public readonly delegate* unmanaged<nint, int> CtxSetCurrent = (delegate* unmanaged<nint, int>)exports.Get("cuCtxSetCurrent");
    public readonly delegate* unmanaged<int> CtxSynchronize = (delegate* unmanaged<int>)exports.Get("cuCtxSynchronize");

    public readonly delegate* unmanaged<nint*, byte*, uint, int*, nint*, int> ModuleLoadDataEx =
        (delegate* unmanaged<nint*, byte*, uint, int*, nint*, int>)exports.Get("cuModuleLoadDataEx");

    public readonly delegate* unmanaged<nint, int> ModuleUnload = (delegate* unmanaged<nint, int>)exports.Get("cuModuleUnload");
    public readonly delegate* unmanaged<nint*, nint, byte*, int> ModuleGetFunction = (delegate* unmanaged<nint*, nint, byte*, int>)exports.Get("cuModuleGetFunction");

    public readonly delegate* unmanaged<ulong*, nuint, int> MemAlloc = (delegate* unmanaged<ulong*, nuint, int>)exports.Get("cuMemAlloc_v2");
    public readonly delegate* unmanaged<ulong, int> MemFree = (delegate* unmanaged<ulong, int>)exports.Get("cuMemFree_v2");
    public readonly delegate* unmanaged<ulong, byte*, nuint, int> MemcpyHtoD = (delegate* unmanaged<ulong, byte*, nuint, int>)exports.Get("cuMemcpyHtoD_v2");
    public readonly delegate* unmanaged<byte*, ulong, nuint, int> MemcpyDtoH = (delegate* unmanaged<byte*, ulong, nuint, int>)exports.Get("cuMemcpyDtoH_v2");
    public readonly delegate* unmanaged<ulong, byte, nuint, int> MemsetD8 = (delegate* unmanaged<ulong, byte, nuint, int>)exports.Get("cuMemsetD8_v2");
    public readonly delegate* unmanaged<ulong, ushort, nuint, int> MemsetD16 = (delegate* unmanaged<ulong, ushort, nuint, int>)exports.Get("cuMemsetD16_v2");
    public readonly delegate* unmanaged<ulong, uint, nuint, int> MemsetD32 = (delegate* unmanaged<ulong, uint, nuint, int>)exports.Get("cuMemsetD32_v2");

    public readonly delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> LaunchKernel =
        (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)exports.Get("cuLaunchKernel");

    public readonly delegate* unmanaged<nint*, uint, int> EventCreate = (delegate* unmanaged<nint*, uint, int>)exports.Get("cuEventCreate");
    public readonly delegate* unmanaged<nint, nint, int> EventRecord = (delegate* unmanaged<nint, nint, int>)exports.Get("cuEventRecord");
    public readonly delegate* unmanaged<nint, int> EventSynchronize = (delegate* unmanaged<nint, int>)exports.Get("cuEventSynchronize");
    public readonly delegate* unmanaged<float*, nint, nint, int> EventElapsedTime = (delegate* unmanaged<float*, nint, nint, int>)exports.Get("cuEventElapsedTime");
    public readonly delegate* unmanaged<nint, int> EventDestroy = (delegate* unmanaged<nint, int>)exports.Get("cuEventDestroy_v2");

    public string Name(int code)
    {
        byte* text = null;
        return GetErrorName(code, &text) == Success && text is not null ? Marshal.PtrToStringUTF8((nint)text)! : $"CUDA_ERROR_{code}";
    }

    public string Describe(int code)
    {
        byte* text = null;
        return GetErrorString(code, &text) == Success && text is not null ? Marshal.PtrToStringUTF8((nint)text)! : $"error {code}";
    }
}
