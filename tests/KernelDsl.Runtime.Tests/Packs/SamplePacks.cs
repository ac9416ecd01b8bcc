using KernelDsl.Runtime.Packs;

namespace KernelDsl.Runtime.Tests.Packs;

internal static class SamplePacks
{
    public static KernelImageKey Key(int number, string architecture = "sm_80", string consts = "D=64", string kind = KernelImageKinds.Cubin)
        => new(new string((char)('a' + number), 64), consts, architecture, kind);

    public static byte[] Image(int number, int length) => Enumerable.Range(0, length).Select(i => (byte)(i * 31 + number)).ToArray();

    /// <summary>Images of several lengths, an empty one among them.</summary>
    public static ImmutableArray<(KernelImageKey Key, byte[] Image)> Images { get; } =
        [(Key(0), Image(0, 100)), (Key(0, "sm_90a"), Image(1, 16)), (Key(1, consts: ""), Image(2, 0)), (Key(2, kind: KernelImageKinds.Ptx), Image(3, 1000)), (Key(2), Image(4, 33))];

    public static byte[] Bytes(IEnumerable<(KernelImageKey Key, byte[] Image)> images)
    {
        var writer = new KernelPackWriter("0.1.0", "12.4");
        foreach (var (key, image) in images)
        {
            writer.Add(key, image);
        }

        return writer.ToArray();
    }

    public static KernelPack Open(byte[] bytes) => KernelPack.Read(new MemoryStream(bytes), "sample");
}
