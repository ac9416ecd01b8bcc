using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using KernelDsl.Runtime.Packs;

namespace KernelDsl.Runtime.Tests.Packs;

/// <summary>Damaged packs are answered with a diagnostic. KDSL_FUZZ_COUNT makes it run longer.</summary>
public sealed class PackFuzzingTests
{
    private static readonly int s_count = int.TryParse(Environment.GetEnvironmentVariable("KDSL_FUZZ_COUNT"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 5000;

    [Fact]
    public void Random_damage_is_found_or_does_not_matter()
    {
        var random = new Random(1);
        var original = SamplePacks.Bytes(SamplePacks.Images);
        var found = 0;
        for (var i = 0; i < s_count; i++)
        {
            found += Survives(Mutate(random, original)) ? 0 : 1;
        }

        // Only the zeros between images can change unseen.
        Assert.True(found > s_count * 9 / 10, $"{found} of {s_count}");
    }

    [Fact]
    public void Damage_under_a_right_checksum_is_found_by_the_checks_of_sizes()
    {
        var random = new Random(2);
        var original = SamplePacks.Bytes(SamplePacks.Images);
        var header = (int)BinaryPrimitives.ReadUInt32LittleEndian(original.AsSpan(12));
        var refused = 0;
        for (var i = 0; i < s_count; i++)
        {
            var bytes = original.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(48, header)] = (byte)(random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => random.Next(256) });
            }

            if (random.Next(4) == 0)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), (uint)random.Next(60, bytes.Length + 1));
            }

            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(12));
            SHA256.HashData(bytes.AsSpan(48, length - 48), bytes.AsSpan(16));
            refused += Survives(bytes) ? 0 : 1;
        }

        Assert.True(refused > s_count / 3, $"{refused} of {s_count}");
    }

    [Fact]
    public void A_header_that_claims_much_takes_no_memory()
    {
        var bytes = new byte[60];
        PackFormat.Magic.CopyTo(bytes);
        bytes[8] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), uint.MaxValue);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(Survives(bytes));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    private static byte[] Mutate(Random random, byte[] original)
    {
        var bytes = original.ToArray();
        switch (random.Next(4))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                return [.. bytes, .. new byte[random.Next(1, 50)]];
            case 2:
                var start = random.Next(bytes.Length - 8);
                random.NextBytes(bytes.AsSpan(start, random.Next(1, 8)));
                return bytes;
            default:
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
        }
    }

    /// <summary>Whether the pack opens and all its images read; anything but the typed exception fails the test.</summary>
    private static bool Survives(byte[] bytes)
    {
        try
        {
            var pack = SamplePacks.Open(bytes);
            return pack.Keys.All(key => pack.TryFind(key, out _));
        }
        catch (KernelPackException e)
        {
            Assert.StartsWith("KD803", e.Diagnostic.Id, StringComparison.Ordinal);
            return false;
        }
    }
}
