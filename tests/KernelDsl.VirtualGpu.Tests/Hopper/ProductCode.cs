using System.Globalization;

namespace KernelDsl.VirtualGpu.Tests.Hopper;

/// <summary>A product of a warpgroup as a test needs it: types, sizes, and small whole numbers in the types, for which every order of additions is exact.</summary>
/// <param name="A">The type of A: f16, bf16, tf32, e4m3, e5m2, s8, u8.</param>
/// <param name="D">The type of accumulators: f32, f16, s32.</param>
/// <param name="Span">Bytes of the swizzle: 16 is none.</param>
internal sealed record ProductCode(string A, string B, string D, int Columns, int Span = 128, bool IsBTransposed = false, bool IsAFromRegisters = false)
{
    public int ElementBytes => A switch { "tf32" => 4, "f16" or "bf16" => 2, _ => 1 };

    public int Depth => 32 / ElementBytes;

    public int Mode => Span switch { 128 => 1, 64 => 2, 32 => 3, _ => 0 };

    public int Accumulators => D == "f16" ? Columns / 4 : Columns / 2;

    public string AccumulatorType => D switch { "f32" => "float", "s32" => "int", _ => "u32" };

    public bool HasScales => D != "s32";

    public bool HasTransposition => A is "f16" or "bf16";

    /// <summary>The function <c>product(d, a, b, adds)</c>, or with four registers of A.</summary>
    public string Function(int scaleA = 1, int scaleB = 1)
    {
        var letter = D == "f32" ? "f" : "r";
        var next = Accumulators;
        var a = IsAFromRegisters ? $"{{%{next}, %{next + 1}, %{next + 2}, %{next + 3}}}" : $"%{next}";
        next += IsAFromRegisters ? 4 : 1;
        var tail = HasScales ? $", {scaleA}, {scaleB}" : "";
        tail += HasTransposition ? (IsAFromRegisters ? "" : ", 0") + (IsBTransposed ? ", 1" : ", 0") : "";
        var list = string.Join(", ", Enumerable.Range(0, Accumulators).Select(k => $"%{k}"));
        var outputs = string.Join(", ", Enumerable.Range(0, Accumulators).Select(k => $"\"+{letter}\"(d[{k}])"));
        var inputs = IsAFromRegisters ? "\"r\"(a[0]), \"r\"(a[1]), \"r\"(a[2]), \"r\"(a[3])" : "\"l\"(a)";
        return $$"""
            __device__ __forceinline__ void product({{AccumulatorType}} (&d)[{{Accumulators}}], {{(IsAFromRegisters ? "u32 (&a)[4]" : "u64 a")}}, u64 b, int adds) {
                asm volatile("{ .reg .pred p; setp.ne.b32 p, %{{next + 1}}, 0; "
                    "wgmma.mma_async.sync.aligned.m64n{{Columns}}k{{Depth}}.{{D}}.{{A}}.{{B}} {{{list}}}, {{a}}, %{{next}}, p{{tail}}; }"
                    : {{outputs}} : {{inputs}}, "l"(b), "r"(adds));
            }

            """;
    }

    /// <summary>The bytes of a number.</summary>
    public static byte[] Encode(int value, string type)
    {
        var small = Math.Abs(value);
        var sign = value < 0;
        return type switch
        {
            "f16" => BitConverter.GetBytes((Half)value),
            "bf16" => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)),
            "tf32" => BitConverter.GetBytes((float)value),
            "s8" or "u8" => [(byte)value],
            "e4m3" => [(byte)((sign ? 0x80u : 0) | (small switch { 0 => 0u, 1 => 0x38, 2 => 0x40, 3 => 0x44, _ => 0x48 }))],
            _ => [(byte)((sign ? 0x80u : 0) | (small switch { 0 => 0u, 1 => 0x3c, 2 => 0x40, 3 => 0x42, _ => 0x44 }))],
        };
    }

    /// <summary>A matrix of numbers from -4 to 4, or 0 to 4.</summary>
    public static int[] Random(int seed, int count, string type)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(type == "u8" ? 0 : -4, 5))];
    }

    public static byte[] Bytes(int[] values, string type) => [.. values.SelectMany(value => Encode(value, type))];

    public TensorMapDataType MapType => ElementBytes switch { 4 => TensorMapDataType.Float32, 2 => A == "f16" ? TensorMapDataType.Float16 : TensorMapDataType.BFloat16, _ => TensorMapDataType.UInt8 };

    public TensorMapSwizzle Swizzle => Span switch { 128 => TensorMapSwizzle.Bytes128, 64 => TensorMapSwizzle.Bytes64, 32 => TensorMapSwizzle.Bytes32, _ => TensorMapSwizzle.None };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{D} {A} {B} n{Columns}{(Span != 128 ? $" span {Span}" : "")}{(IsBTransposed ? " B transposed" : "")}{(IsAFromRegisters ? " A in registers" : "")}");
}
