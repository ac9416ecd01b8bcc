using KernelDsl.Tool.Arrays;
using KernelDsl.Tool.Execution;
using KernelDsl.Tool.Inputs;

namespace KernelDsl.Tool.Tests.Inputs;

/// <summary>Makes small arrays.</summary>
internal static class Arrays
{
    public static long At(NpyArray array, int index) => ArrayConversion.IntegerAt(array, index);

    public static NpyArray Floats(ImmutableArray<long> shape, params double[] values) => ArrayConversion.ToNpy(new HostArray(ElementType.F32, shape, values));

    public static NpyArray Integers(ImmutableArray<long> shape, params long[] values) => ArrayConversion.ToNpy(new HostArray(ElementType.I32, shape, values));
}
