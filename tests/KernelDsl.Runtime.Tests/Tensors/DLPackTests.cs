using KernelDsl.Runtime.Interop;

namespace KernelDsl.Runtime.Tests.Tensors;

public sealed unsafe class DLPackTests
{
    private static KernelDevice Device => KernelDevice.Cpu;

    [Fact]
    public void Exported_tensor_lives_until_its_deleter_is_called()
    {
        var tensor = Device.Upload(new[,] { { 1f, 2, 3 }, { 4, 5, 6 } });
        var managed = (DLManagedTensor*)DLPack.Export(tensor.Permute(1, 0));
        tensor.Dispose();
        Assert.Equal((1, 0, 2), (managed->Tensor.Device.Kind, managed->Tensor.Device.Ordinal, managed->Tensor.Rank));
        Assert.Equal((2, 32, 1), (managed->Tensor.Type.Code, managed->Tensor.Type.Bits, managed->Tensor.Type.Lanes));
        Assert.Equal([3L, 2L], new ReadOnlySpan<long>(managed->Tensor.Shape, 2).ToArray());
        Assert.Equal([1L, 3L], new ReadOnlySpan<long>(managed->Tensor.Strides, 2).ToArray());
        Assert.Equal(6f, ((float*)managed->Tensor.Data)[5]);
        managed->Deleter(managed);
    }

    [Fact]
    public void Round_trip_gives_the_memory_back_once()
    {
        var tensor = Device.Upload([1, 2, 3]);
        var imported = DLPack.ImportVersioned<int>(Device, DLPack.ExportVersioned<int>(tensor));
        Assert.Equal([1, 2, 3], imported.AsRef().ToArray());
        Assert.Equal(tensor.Address, imported.AsRef().Address);
        tensor.Dispose();
        Assert.Equal([1, 2, 3], imported.AsRef().ToArray());
        imported.Dispose();
        Assert.Throws<TensorDisposedTwiceException>(imported.Dispose);
        Assert.Throws<TensorDisposedException>(() => imported.AsRef().ToArray());
    }

    [Fact]
    public void Foreign_structures_are_read_with_offset_and_without_strides()
    {
        var data = stackalloc double[] { 0, 1, 2, 3 };
        var shape = stackalloc long[] { 3 };
        var foreign = stackalloc DLManagedTensor[1];
        foreign->Tensor = new DLTensor { Data = data, Device = new DLDevice { Kind = 1 }, Rank = 1, Type = DLPackTypes.Of(ElementType.F64), Shape = shape, ByteOffset = 8 };
        var address = (nint)foreign;
        using (var imported = DLPack.Import<double>(Device, address))
        {
            Assert.Equal([1d, 2, 3], imported.AsRef().ToArray());
        }

        Refused("its elements are code 2, 64 bits", () => DLPack.Import<float>(Device, address));
        foreign->Tensor.Device.Kind = 2;
        Refused("it lies on device 2:0", () => DLPack.Import<double>(Device, address));
        foreign->Tensor.Device.Kind = 1;
        foreign->Tensor.ByteOffset = 3;
        Refused("not aligned", () => DLPack.Import<double>(Device, address));
        foreign->Tensor.Rank = -1;
        Refused("-1 axes", () => DLPack.Import<double>(Device, address));
        var versioned = stackalloc DLManagedTensorVersioned[1];
        versioned->Major = 2;
        var next = (nint)versioned;
        Refused("its version is 2.0", () => DLPack.ImportVersioned<double>(Device, next));
    }

    [Fact]
    public void Types_that_share_bytes_are_not_exported()
    {
        using var tensor = Device.Upload([(Int4)1]);
        Refused("share bytes", () => DLPack.Export<Int4>(tensor));
        var dead = Device.Upload([1f]);
        dead.Dispose();
        Assert.Throws<TensorDisposedException>(() => DLPack.Export<float>(dead));
    }

    private static void Refused(string expected, Func<object?> call)
    {
        var e = Assert.Throws<KernelArgumentException>(call);
        Assert.Equal("KD8024", e.Diagnostic.Id);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }
}
