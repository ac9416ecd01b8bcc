using System.Buffers.Binary;
using KernelDsl.Runtime.Packs;

namespace KernelDsl.Runtime.Tests.Packs;

public sealed class KernelPackTests
{
    [Fact]
    public void Pack_gives_back_what_was_written()
    {
        var pack = SamplePacks.Open(SamplePacks.Bytes(SamplePacks.Images));
        Assert.Equal(("0.1.0", "12.4"), (pack.CompilerVersion, pack.NvrtcVersion));
        Assert.Equal(SamplePacks.Images.Length, pack.Keys.Count());
        Assert.All(SamplePacks.Images, expected =>
        {
            Assert.True(pack.TryFind(expected.Key, out var image));
            Assert.Equal(expected.Image, image.ToArray());
        });
    }

    [Fact]
    public void Keys_that_differ_in_one_part_are_not_found()
    {
        var pack = SamplePacks.Open(SamplePacks.Bytes(SamplePacks.Images));
        var key = SamplePacks.Key(0);
        Assert.All((KernelImageKey[])[key with { CudaKey = "b" }, key with { Consts = "D=65" }, key with { Architecture = "sm_81" }, key with { Kind = "ptx" }], other =>
        {
            Assert.False(pack.TryFind(other, out _));
            Assert.False(pack.Contains(other));
        });
    }

    [Fact]
    public void The_order_of_adding_does_not_change_the_bytes()
        => Assert.Equal(SamplePacks.Bytes(SamplePacks.Images), SamplePacks.Bytes(SamplePacks.Images.Reverse()));

    [Fact]
    public void Images_start_at_multiples_of_sixteen()
    {
        var bytes = SamplePacks.Bytes(SamplePacks.Images);
        foreach (var (_, image) in SamplePacks.Images.Where(entry => entry.Image.Length > 0))
        {
            Assert.Equal(0, bytes.AsSpan().IndexOf(image) % 16);
        }
    }

    [Fact]
    public void Two_different_images_under_one_key_are_refused()
    {
        var writer = new KernelPackWriter("1", "1");
        writer.Add(SamplePacks.Key(0), new byte[] { 1 });
        writer.Add(SamplePacks.Key(0), new byte[] { 1 });
        Assert.Equal(1, writer.Count);
        Assert.Throws<ArgumentException>(() => writer.Add(SamplePacks.Key(0), new byte[] { 2 }));
    }

    [Fact]
    public void A_pack_without_images_is_a_pack() => Assert.Empty(SamplePacks.Open(SamplePacks.Bytes([])).Keys);

    [Fact]
    public void An_assembly_without_a_pack_has_none() => Assert.Null(KernelPack.Open(typeof(KernelPackTests).Assembly));

    [Theory]
    [InlineData("")]
    [InlineData("KDSL")]
    [InlineData("MZ this is another kind of file, long enough to have the header of a pack in front")]
    public void What_is_no_pack_is_KD8031(string text) => Assert.Equal("KD8031", Failure(System.Text.Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Another_version_of_the_format_is_KD8032()
    {
        var bytes = SamplePacks.Bytes(SamplePacks.Images);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), 2);
        Assert.Equal("KD8032", Failure(bytes));
    }

    [Fact]
    public void Every_truncation_is_reported()
    {
        var bytes = SamplePacks.Bytes(SamplePacks.Images);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Contains(Failure(bytes[..length]), (string[])["KD8030", "KD8031"]);
        }
    }

    [Fact]
    public void Bytes_after_the_end_are_KD8030() => Assert.Equal("KD8030", Failure([.. SamplePacks.Bytes(SamplePacks.Images), 0]));

    [Fact]
    public void A_damaged_image_is_reported_when_it_is_asked_for()
    {
        var bytes = SamplePacks.Bytes(SamplePacks.Images);
        bytes[^1] ^= 1;
        var pack = SamplePacks.Open(bytes);
        Assert.True(pack.TryFind(SamplePacks.Key(0), out _));
        var damaged = pack.Keys.Last();
        var error = Assert.Throws<KernelPackException>(() => pack.TryFind(damaged, out _));
        Assert.StartsWith("KD8030: ", error.Message, StringComparison.Ordinal);
    }

    private static string Failure(byte[] bytes) => Assert.Throws<KernelPackException>(() => SamplePacks.Open(bytes)).Diagnostic.Id;
}
