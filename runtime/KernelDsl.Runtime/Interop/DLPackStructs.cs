using System.Runtime.InteropServices;

namespace KernelDsl.Runtime.Interop;

// The structures of DLPack, dlpack.h version 1.0 (https://dmlc.github.io/dlpack/latest/c_api.html).
[StructLayout(LayoutKind.Sequential)]
internal struct DLDevice
{
    public const int Cpu = 1;
    public const int Cuda = 2;

    public int Kind;
    public int Ordinal;
}

[StructLayout(LayoutKind.Sequential)]
internal struct DLDataType
{
    public byte Code;
    public byte Bits;
    public ushort Lanes;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DLTensor
{
    public void* Data;
    public DLDevice Device;
    public int Rank;
    public DLDataType Type;
    public long* Shape;
    public long* Strides;
    public ulong ByteOffset;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DLManagedTensor
{
    public DLTensor Tensor;
    public void* Context;
    public delegate* unmanaged[Cdecl]<DLManagedTensor*, void> Deleter;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DLManagedTensorVersioned
{
    public uint Major;
    public uint Minor;
    public void* Context;
    public delegate* unmanaged[Cdecl]<DLManagedTensorVersioned*, void> Deleter;
    public ulong Flags;
    public DLTensor Tensor;
}
