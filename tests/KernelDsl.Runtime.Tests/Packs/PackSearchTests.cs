using KernelDsl.Runtime.Packs;

namespace KernelDsl.Runtime.Tests.Packs;

public sealed class PackSearchTests
{
    [Theory]
    [InlineData("sm_80", "sm_80:cubin sm_80:ptx sm_90:cubin", "sm_80:cubin")]
    [InlineData("sm_80", "sm_75:ptx sm_80:ptx sm_90:ptx", "sm_80:ptx")]
    [InlineData("sm_89", "sm_75:ptx sm_80:ptx sm_80:cubin sm_90:ptx", "sm_80:ptx")]
    [InlineData("sm_120", "sm_90:ptx sm_100:ptx sm_90a:ptx", "sm_100:ptx")]
    [InlineData("sm_86", "sm_80:cubin sm_75:cubin", "sm_80:cubin")]
    [InlineData("sm_90", "sm_80:cubin", null)]
    [InlineData("sm_75", "sm_80:ptx sm_80:cubin", null)]
    [InlineData("sm_90", "sm_90a:cubin sm_80:ptx", "sm_90a:cubin")]
    [InlineData("sm_90", "sm_90a:cubin sm_90:cubin sm_90:ptx", "sm_90:cubin")]
    [InlineData("sm_90a", "sm_90:cubin sm_90:ptx sm_80:ptx", null)]
    [InlineData("sm_90a", "sm_90:cubin sm_90a:ptx", "sm_90a:ptx")]
    [InlineData("sm_100", "sm_90a:ptx sm_90a:cubin", null)]
    [InlineData("sm_103", "sm_100f:cubin sm_100a:cubin", "sm_100f:cubin")]
    [InlineData("cpu", "sm_80:cubin", null)]
    public void Device_takes_the_image_that_fits_best(string device, string images, string? expected)
    {
        var keys = images.Split(' ').Select(image => SamplePacks.Key(0, image.Split(':')[0], kind: image.Split(':')[1])).ToArray();
        var pack = SamplePacks.Open(SamplePacks.Bytes([.. keys.Select(key => (key, new byte[8])), (SamplePacks.Key(1, device), new byte[1]), (SamplePacks.Key(0, device, "D=1"), new byte[1])]));
        Assert.Equal(expected is not null, PackSearch.TryFindBest(pack, SamplePacks.Key(0).CudaKey, "D=64", device, out var best));
        Assert.Equal(expected, best is null ? null : $"{best.Architecture}:{best.Kind}");
    }

    [Theory]
    [InlineData("sm_80", true)]
    [InlineData("sm_120a", true)]
    [InlineData("sm_100f", true)]
    [InlineData("sm_8", false)]
    [InlineData("sm_8000", false)]
    [InlineData("sm_90aa", false)]
    [InlineData("sm_90b", false)]
    [InlineData("sm_", false)]
    [InlineData("compute_80", false)]
    public void Architectures_are_read(string text, bool isOne)
    {
        Assert.Equal(isOne, GpuArchitecture.TryParse(text, out var architecture));
        Assert.Equal(isOne ? text : null, architecture?.ToString());
    }
}
