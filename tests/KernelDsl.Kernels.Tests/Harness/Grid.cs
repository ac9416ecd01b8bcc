namespace KernelDsl.Kernels.Tests.Harness;

/// <summary>An array of numbers with row-major subscripts, as an oracle reads and writes it.</summary>
internal sealed class Grid(double[] values, ImmutableArray<long> shape)
{
    public double[] Values { get; } = values;

    public ImmutableArray<long> Shape { get; } = shape;

    public int Length => Values.Length;

    public ref double this[params ReadOnlySpan<int> at]
    {
        get
        {
            Assert.Equal(Shape.Length, at.Length);
            long position = 0;
            for (var k = 0; k < at.Length; k++)
            {
                Assert.True(at[k] >= 0 && at[k] < Shape[k], $"The oracle reads {at[k]} on axis {k} of {Shape[k]}.");
                position = (position * Shape[k]) + at[k];
            }

            return ref Values[position];
        }
    }

    public int Int(params ReadOnlySpan<int> at) => (int)this[at];
}
