using KernelDsl.Runtime.Numerics;

namespace KernelDsl.Runtime.Tests.Numerics;

/// <summary>Encoders against a search through all codes, decoders against the formula of each format in binary64.</summary>
public sealed class ElementConversionTests
{
    /// <summary>A binary format: how many codes without the sign, and how they are read and made.</summary>
    public sealed record Format(string Name, int ExponentBits, int MantissaBits, bool HasInfinity, int LargestCode, Func<int, float> Decode, Func<float, int> Encode)
    {
        public int Bias => (1 << (ExponentBits - 1)) - 1;

        public int SignBit => 1 << (ExponentBits + MantissaBits);

        /// <summary>The value of a finite code without sign, by the definition.</summary>
        public double Define(int code)
        {
            var (exponent, mantissa) = (code >> MantissaBits, code & ((1 << MantissaBits) - 1));
            return exponent == 0
                ? Math.ScaleB(mantissa, 1 - Bias - MantissaBits)
                : Math.ScaleB(mantissa + (1 << MantissaBits), exponent - Bias - MantissaBits);
        }

        public override string ToString() => Name;
    }

    private static readonly ImmutableArray<Format> s_formats =
    [
        new("f16", 5, 10, HasInfinity: true, 0x7BFF, code => ElementConversion.DecodeF16((ushort)code), x => ElementConversion.EncodeF16(x)),
        new("bf16", 8, 7, HasInfinity: true, 0x7F7F, code => ElementConversion.DecodeBF16((ushort)code), x => ElementConversion.EncodeBF16(x)),
        new("f8e4m3", 4, 3, HasInfinity: false, 0x7E, code => ElementConversion.DecodeF8E4M3((byte)code), x => ElementConversion.EncodeF8E4M3(x)),
        new("f8e5m2", 5, 2, HasInfinity: false, 0x7B, code => ElementConversion.DecodeF8E5M2((byte)code), x => ElementConversion.EncodeF8E5M2(x)),
    ];

    public static TheoryData<string> Names => [.. s_formats.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_code_decodes_to_its_definition_and_encodes_back(string name)
    {
        var format = Find(name);
        for (var code = 0; code < 2 * format.SignBit; code++)
        {
            var (size, value) = (code & (format.SignBit - 1), format.Decode(code));
            if (size > format.LargestCode)
            {
                var isInfinity = name != "f8e4m3" && size == format.LargestCode + 1;
                Assert.Equal(isInfinity, float.IsInfinity(value));
                Assert.Equal(!isInfinity, float.IsNaN(value));
                continue;
            }

            Assert.Equal(BitConverter.DoubleToInt64Bits(code >= format.SignBit ? -format.Define(size) : format.Define(size)), BitConverter.DoubleToInt64Bits(value));
            Assert.Equal(code, format.Encode(value));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Encoding_gives_the_nearest_code_with_ties_to_even(string name)
    {
        var format = Find(name);
        var random = new Random(11);
        for (var size = 0; size < format.LargestCode; size += Math.Max(1, format.LargestCode / 4000))
        {
            // A tie, its neighbours, and something between two codes.
            var (low, high) = (format.Define(size), format.Define(size + 1));
            var middle = (float)((low + high) / 2);
            foreach (var x in (float[])[middle, MathF.BitIncrement(middle), MathF.BitDecrement(middle), (float)(low + ((high - low) * random.NextDouble()))])
            {
                var below = x - low;
                var above = high - x;
                var nearest = below < above || (below == above && size % 2 == 0) ? size : size + 1;
                Assert.True(nearest == format.Encode(x), $"{x:R} gives {format.Encode(x)}, not {nearest}");
                Assert.Equal(nearest | format.SignBit, format.Encode(-x));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_beyond_the_largest_overflow_or_saturate(string name)
    {
        var format = Find(name);
        var largest = format.Define(format.LargestCode);
        var limit = largest + ((largest - format.Define(format.LargestCode - 1)) / 2);
        var beyond = format.HasInfinity ? format.LargestCode + 1 : format.LargestCode;
        Assert.Equal(format.LargestCode, format.Encode(MathF.BitDecrement((float)limit)));
        foreach (var x in (float[])[(float)limit, float.MaxValue, float.PositiveInfinity])
        {
            // The limit of bfloat16 is itself beyond binary32.
            Assert.Equal(beyond, format.Encode(x));
            Assert.Equal(beyond | format.SignBit, format.Encode(-x));
        }

        Assert.True(float.IsNaN(format.Decode(format.Encode(float.NaN))));
        Assert.True(float.IsNaN(format.Decode(format.Encode(BitConverter.UInt32BitsToSingle(0x7F800001)))));
        Assert.Equal(format.SignBit, format.Encode(-0f));
    }

    [Fact]
    public void Binary16_agrees_with_the_framework_on_random_bits()
    {
        var random = new Random(12);
        for (var i = 0; i < 200_000; i++)
        {
            var x = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            Assert.Equal(BitConverter.HalfToUInt16Bits((Half)x), ElementConversion.EncodeF16(x));
        }
    }

    [Theory]
    [InlineData(4, true, 7, 7)]
    [InlineData(4, true, 8, -8)]
    [InlineData(4, false, -1, 15)]
    [InlineData(2, true, 2, -2)]
    [InlineData(2, true, 5, 1)]
    [InlineData(8, true, 200, -56)]
    [InlineData(64, true, long.MinValue, long.MinValue)]
    public void Integers_wrap(int bits, bool isSigned, long value, long expected) => Assert.Equal(expected, ElementConversion.Wrap(value, bits, isSigned));

    private static Format Find(string name) => s_formats.Single(f => f.Name == name);
}
