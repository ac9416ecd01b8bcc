namespace KernelDsl.Compiler.Emission.Cuda;

/// <summary>A device function.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">Its definition.</param>
/// <param name="Needs">The helpers that it calls; they come before it in the list of all.</param>
internal sealed record CudaHelper(string Name, string Text, ImmutableArray<string> Needs);

/// <summary>
/// The device functions that emitted code may call, as data. They compute bit for bit what the CPU's KernelMath and ElementConversion compute,
/// except that the functions of the mathematical library are CUDA's own.
/// </summary>
internal static partial class CudaHelpers
{
    private const string Device = "static __device__ __forceinline__";

    public static ImmutableArray<CudaHelper> All { get; } = [.. Integers(), .. Floats("f32", "float", "f"), .. Floats("f64", "double", ""), .. Elements()];

    private static readonly ImmutableDictionary<string, CudaHelper> s_byName = All.ToImmutableDictionary(helper => helper.Name);

    public static CudaHelper Find(string name) => s_byName[name];

    private static CudaHelper Helper(string name, string text, params string[] needs) => new(name, text.Replace("\r", string.Empty), [.. needs]);

    private static IEnumerable<CudaHelper> Integers() =>
    [
        Helper("kd_split", $$"""
            // Division of a grid point by an extent; 32-bit division is several times faster.
            {{Device}} i64 kd_split(i64 point, i64 extent)
            {
                u64 high = ((u64)point | (u64)extent) >> 32;
                return high == 0 ? (i64)((unsigned int)point / (unsigned int)extent) : point / extent;
            }
            """),
        Helper("kd_floor_divide", $$"""
            {{Device}} i64 kd_floor_divide(i64 a, i64 b)
            {
                if (b == 0) return 0;
                if (b == -1) return (i64)(0ull - (u64)a);
                i64 q = a / b;
                return q - (a % b != 0 && (a ^ b) < 0 ? 1 : 0);
            }
            """),
        Helper("kd_floor_remainder", $$"""
            {{Device}} i64 kd_floor_remainder(i64 a, i64 b)
            {
                if (b == 0 || b == -1) return 0;
                i64 r = a % b;
                return r + (r != 0 && (r ^ b) < 0 ? b : 0);
            }
            """),
        Helper("kd_min_i64", $$"""{{Device}} i64 kd_min_i64(i64 a, i64 b) { return b < a ? b : a; }"""),
        Helper("kd_max_i64", $$"""{{Device}} i64 kd_max_i64(i64 a, i64 b) { return b > a ? b : a; }"""),
        Helper("kd_abs_i64", $$"""{{Device}} i64 kd_abs_i64(i64 x) { return x < 0 ? (i64)(0ull - (u64)x) : x; }"""),
        Helper("kd_sign_i64", $$"""{{Device}} i64 kd_sign_i64(i64 x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }"""),
        Helper("kd_random_mix", $$"""
            {{Device}} u64 kd_random_mix(u64 z)
            {
                z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
                z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
                return z ^ (z >> 31);
            }
            """),
        Helper("kd_random_start", $$"""{{Device}} u64 kd_random_start(i64 seed) { return kd_random_mix((u64)seed + 0x9E3779B97F4A7C15ull); }""", "kd_random_mix"),
        Helper("kd_random_next", $$"""
            {{Device}} u64 kd_random_next(u64 state, i64 counter) { return kd_random_mix((state ^ (u64)counter) + 0x9E3779B97F4A7C15ull); }
            """, "kd_random_mix"),
        Helper("kd_random_end", $$"""{{Device}} float kd_random_end(u64 state) { return (float)(state >> 40) * (1.0f / 16777216.0f); }"""),
    ];

    private static IEnumerable<CudaHelper> Floats(string suffix, string type, string f)
    {
        // A literal of the type.
        string L(string number) => number + f;
        return
        [
            Helper($"kd_min_{suffix}", $$"""{{Device}} {{type}} kd_min_{{suffix}}({{type}} a, {{type}} b) { return a != a ? a : b != b ? b : fmin{{f}}(a, b); }"""),
            Helper($"kd_max_{suffix}", $$"""{{Device}} {{type}} kd_max_{{suffix}}({{type}} a, {{type}} b) { return a != a ? a : b != b ? b : fmax{{f}}(a, b); }"""),
            Helper($"kd_remainder_{suffix}", $$"""{{Device}} {{type}} kd_remainder_{{suffix}}({{type}} a, {{type}} b) { return a - b * floor{{f}}(a / b); }"""),
            Helper($"kd_sign_{suffix}", $$"""{{Device}} {{type}} kd_sign_{{suffix}}({{type}} x) { return x > {{L("0.0")}} ? {{L("1.0")}} : x < {{L("0.0")}} ? {{L("-1.0")}} : x; }"""),
            Helper($"kd_isnan_{suffix}", $$"""{{Device}} bool kd_isnan_{{suffix}}({{type}} x) { return x != x; }"""),
            Helper($"kd_rsqrt_{suffix}", $$"""{{Device}} {{type}} kd_rsqrt_{{suffix}}({{type}} x) { return {{L("1.0")}} / sqrt{{f}}(x); }"""),
            Helper($"kd_sigmoid_{suffix}", $$"""
                {{Device}} {{type}} kd_sigmoid_{{suffix}}({{type}} x)
                {
                    {{type}} power = exp{{f}}(-fabs{{f}}(x));
                    return x < {{L("0.0")}} ? power / ({{L("1.0")}} + power) : {{L("1.0")}} / ({{L("1.0")}} + power);
                }
                """),
            Helper($"kd_softplus_{suffix}", $$"""
                {{Device}} {{type}} kd_softplus_{{suffix}}({{type}} x) { return (x > {{L("0.0")}} ? x : {{L("0.0")}}) + log1p{{f}}(exp{{f}}(-fabs{{f}}(x))); }
                """),
            Helper($"kd_to_i64_{suffix}", $$"""
                {{Device}} i64 kd_to_i64_{{suffix}}({{type}} x)
                {
                    if (x >= {{L("9223372036854775808.0")}}) return 0x7FFFFFFFFFFFFFFFll;
                    if (x <= {{L("-9223372036854775808.0")}}) return -0x7FFFFFFFFFFFFFFFll - 1;
                    return x != x ? 0ll : (i64)x;
                }
                """),
        ];
    }
}
