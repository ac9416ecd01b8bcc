using KernelDsl.Plans;

namespace KernelDsl.Runtime.Tests.Kernels;

/// <summary>Errors that have a type and an id, each provoked.</summary>
public sealed class TypedErrorTests
{
    private const string Typed = "kernel copy<T: f32 | f64, const P: 1 | 2>(x: T[i: N]) -> y: T[i] { y = x * P; }";

    private static KernelDevice Device => KernelDevice.Cpu;

    [Fact]
    public void Element_type_that_the_spec_does_not_allow()
    {
        var builder = new KernelDefinitionBuilder(KernelSignatureWriter.Write(SpecKernel.Define(Typed, ("T", ElementType.F32)).Signature), typeof(TypedErrorTests).Assembly);
        var e = Assert.Throws<KernelTypeException>(() => builder.Type<Half>("T"));
        Assert.Equal("KD8015: kernel 'copy' cannot have T = f16; the spec allows f32, f64", e.Message);
    }

    [Fact]
    public void Type_that_is_no_element_type()
        => Assert.StartsWith("KD8016: 'Decimal'", Assert.Throws<KernelTypeException>(() => Elements.TypeOf<decimal>()).Message, StringComparison.Ordinal);

    [Fact]
    public void Const_that_nothing_gives()
    {
        using var kernel = SpecKernel.Compile(SpecKernel.Define(Typed, ("T", ElementType.F32)), Device);
        using var x = Device.Upload([1f]);
        using var y = Device.Allocate<float>(1);
        var e = Assert.Throws<KernelArgumentException>(() => kernel.Run(x, y));
        Assert.Equal("KD8017: kernel 'copy': no shape gives the const 'P', and it has no default; pass it to Compile or Run", e.Message);
    }

    [Fact]
    public void Code_that_the_assembly_lacks()
    {
        var definition = new KernelDefinitionBuilder(KernelSignatureWriter.Write(SpecKernel.Define(Typed, ("T", ElementType.F32)).Signature), typeof(TypedErrorTests).Assembly);
        definition.Type<double>("T");
        var e = Assert.Throws<KernelDeviceException>(() => SpecKernel.Compile(definition.Build(), Device, 1));
        Assert.Equal("KD8021: the assembly has no cpu code of kernel 'copy' for T=f64", e.Message);
    }

    [Fact]
    public void Span_of_memory_that_is_not_in_order()
    {
        using var x = Device.Allocate<float>(2, 3);
        var e = Assert.Throws<KernelArgumentException>(() => x.Permute(1, 0).AsSpan());
        Assert.Equal("KD8023: the tensor has the strides [1, 3]", e.Message);
    }

    [Fact]
    public void Shape_that_is_none()
        => Assert.Equal("KD8019", Assert.Throws<KernelShapeException>(() => Device.Allocate<float>(-2)).Diagnostic.Id);

    [Theory]
    [InlineData(new[] { 0, 2, 1 }, new[] { 0 }, "offset 2 is 1, less than offset 1, which is 2")]
    [InlineData(new[] { 0, 1, 3 }, new[] { 0, 1 }, "offsets must run from 0 to 2, not from 0 to 3")]
    [InlineData(new[] { 0, 1 }, new[] { 0 }, "there are 2 offsets for 2 rows")]
    [InlineData(new[] { 0, 2, 2 }, new[] { 1, 1 }, "row 0 has the index 1 after 1")]
    [InlineData(new[] { 0, 0, 1 }, new[] { 3 }, "row 1 has the index 3, outside 0 .. 2")]
    public void Sparse_structure_that_is_none(int[] offsets, int[] indices, string expected)
    {
        using var values = Device.Allocate<float>(indices.Length);
        using var starts = Device.Upload(offsets);
        using var columns = Device.Upload(indices);
        var e = Assert.Throws<KernelArgumentException>(() => new CsrTensor<float>(2, 3, values, starts, columns).Validate());
        Assert.Equal("KD8025", e.Diagnostic.Id);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Structures_that_are_right_are_taken()
    {
        using var values = Device.Allocate<float>(3);
        using var offsets = Device.Upload([0, 1, 3]);
        using var indices = Device.Upload([2, 0, 1]);
        new CsrTensor<float>(2, 3, values, offsets, indices).Validate();
        new CscTensor<float>(3, 2, values, offsets, indices).Validate();
        using var points = Device.Upload(new[,] { { 0, 1, 1 }, { 2, 0, 1 } });
        new CooTensor<float>(2, 3, values, points).Validate();
        Assert.Throws<KernelArgumentException>(() => new CooTensor<float>(1, 3, values, points).Validate());
        using var padded = Device.Upload(new[,] { { 2, -1 }, { 0, 1 } });
        using var wide = Device.Allocate<float>(2, 2);
        new EllTensor<float>(2, 3, wide, padded).Validate();
        Assert.Throws<KernelArgumentException>(() => new EllTensor<float>(2, 2, wide, padded).Validate());
        using var blocks = Device.Allocate<float>(3, 2, 1);
        new BsrTensor<float>(4, 3, blocks, offsets, indices).Validate();
        Assert.Throws<KernelArgumentException>(() => new BsrTensor<float>(3, 3, blocks, offsets, indices).Validate());
        new RaggedTensor<float>(values, offsets).Validate();
        Assert.Throws<KernelArgumentException>(() => new RaggedTensor<float>(wide.Reshape(4), offsets).Validate());
    }
}
