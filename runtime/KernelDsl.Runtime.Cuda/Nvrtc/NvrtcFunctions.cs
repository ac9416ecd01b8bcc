using System.Runtime.InteropServices;

namespace KernelDsl.Runtime.Cuda;

/// <summary>The entry points of NVRTC; names and types as in <c>nvrtc.h</c>.</summary>
internal sealed unsafe class NvrtcFunctions(NativeExports exports)
{
    public const int Success = 0;

    public readonly delegate* unmanaged<int*, int*, int> Version = (delegate* unmanaged<int*, int*, int>)exports.Get("nvrtcVersion");
    public readonly delegate* unmanaged<int, byte*> GetErrorString = (delegate* unmanaged<int, byte*>)exports.Get("nvrtcGetErrorString");

    public readonly delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int> CreateProgram =
        (delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int>)exports.Get("nvrtcCreateProgram");

    public readonly delegate* unmanaged<nint*, int> DestroyProgram = (delegate* unmanaged<nint*, int>)exports.Get("nvrtcDestroyProgram");

    public readonly delegate* unmanaged<nint, int, byte**, int> CompileProgram =
        (delegate* unmanaged<nint, int, byte**, int>)exports.Get("nvrtcCompileProgram");

    public readonly delegate* unmanaged<nint, nuint*, int> GetLogSize = (delegate* unmanaged<nint, nuint*, int>)exports.Get("nvrtcGetProgramLogSize");
    public readonly delegate* unmanaged<nint, byte*, int> GetLog = (delegate* unmanaged<nint, byte*, int>)exports.Get("nvrtcGetProgramLog");
    public readonly delegate* unmanaged<nint, nuint*, int> GetPtxSize = (delegate* unmanaged<nint, nuint*, int>)exports.Get("nvrtcGetPTXSize");
    public readonly delegate* unmanaged<nint, byte*, int> GetPtx = (delegate* unmanaged<nint, byte*, int>)exports.Get("nvrtcGetPTX");
    public readonly delegate* unmanaged<nint, nuint*, int> GetCubinSize = (delegate* unmanaged<nint, nuint*, int>)exports.Get("nvrtcGetCUBINSize");
    public readonly delegate* unmanaged<nint, byte*, int> GetCubin = (delegate* unmanaged<nint, byte*, int>)exports.Get("nvrtcGetCUBIN");

    // Absent before 11.2.
    public readonly delegate* unmanaged<int*, int> GetArchitectureCount = (delegate* unmanaged<int*, int>)exports.Find("nvrtcGetNumSupportedArchs");
    public readonly delegate* unmanaged<int*, int> GetArchitectures = (delegate* unmanaged<int*, int>)exports.Find("nvrtcGetSupportedArchs");

    public string Describe(int code) => Marshal.PtrToStringUTF8((nint)GetErrorString(code)) ?? $"NVRTC error {code}";
}
