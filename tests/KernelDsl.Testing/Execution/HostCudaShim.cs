namespace KernelDsl.Testing.Execution;

/// <summary>The text that makes emitted CUDA C a C++ program of one thread.</summary>
internal static class HostCudaShim
{
    /// <summary>The helper functions that are PTX, written for the host: binary16 by its bits.</summary>
    public static ImmutableDictionary<string, string> Helpers { get; } = new Dictionary<string, string>
    {
        ["kd_decode_f16"] = """
            static float kd_decode_f16(unsigned short bits)
            {
                unsigned int sign = (unsigned int)(bits >> 15) << 31, exponent = (bits >> 10) & 31, mantissa = bits & 1023;
                if (exponent == 0) { float size = (float)mantissa / 16777216.0f; return sign ? -size : size; }
                return __uint_as_float(sign | ((exponent == 31 ? 255 : exponent + 112) << 23) | (mantissa << 13));
            }
            """,
        ["kd_encode_f16"] = """
            static unsigned short kd_encode_f16(float value)
            {
                unsigned int sign = (__float_as_uint(value) >> 16) & 0x8000;
                double size = fabs((double)value);
                if (value != value) return 0x7FFF;
                if (size >= 65520.0) return (unsigned short)(sign | 0x7C00);
                if (size < 6.103515625e-5) return (unsigned short)(sign | (unsigned int)rint(size * 16777216.0));
                int exponent;
                double fraction = frexp(size, &exponent);
                return (unsigned short)(sign | (unsigned int)((exponent + 14 - 1) * 1024 + (int)rint(fraction * 2048.0)));
            }
            """,
    }.ToImmutableDictionary();

    public const string Prelude = """
        #define __global__
        #define __device__
        #define __forceinline__ inline
        #define __launch_bounds__(threads)
        struct kd_dim { unsigned int x, y, z; };
        static kd_dim blockIdx, threadIdx, gridDim, blockDim;
        extern "C"
        {
            float expf(float); double exp(double); float exp2f(float); double exp2(double); float expm1f(float); double expm1(double);
            float logf(float); double log(double); float log2f(float); double log2(double); float log1pf(float); double log1p(double);
            float sqrtf(float); double sqrt(double); float powf(float, float); double pow(double, double);
            float sinf(float); double sin(double); float cosf(float); double cos(double); float tanf(float); double tan(double);
            float tanhf(float); double tanh(double); float erff(float); double erf(double); float floorf(float); double floor(double);
            float ceilf(float); double ceil(double); float rintf(float); double rint(double); float fmaf(float, float, float);
            double fma(double, double, double); float fabsf(float); double fabs(double); double frexp(double, int*);
        }
        // As the GPU's: of zeros the negative one is smaller.
        template <typename T> static T kd_lesser(T a, T b) { return a == 0 && b == 0 ? (__builtin_signbit(a) ? a : b) : b < a ? b : a; }
        template <typename T> static T kd_greater(T a, T b) { return a == 0 && b == 0 ? (__builtin_signbit(a) ? b : a) : b > a ? b : a; }
        static float fminf(float a, float b) { return kd_lesser(a, b); }
        static double fmin(double a, double b) { return kd_lesser(a, b); }
        static float fmaxf(float a, float b) { return kd_greater(a, b); }
        static double fmax(double a, double b) { return kd_greater(a, b); }
        template <typename To, typename From> static To kd_bits(From from) { static_assert(sizeof(To) == sizeof(From)); To to; __builtin_memcpy(&to, &from, sizeof(to)); return to; }
        static unsigned int __float_as_uint(float x) { return kd_bits<unsigned int>(x); }
        static float __uint_as_float(unsigned int x) { return kd_bits<float>(x); }
        static long long __double_as_longlong(double x) { return kd_bits<long long>(x); }
        static double __longlong_as_double(long long x) { return kd_bits<double>(x); }
        static int __popcll(unsigned long long x) { return __builtin_popcountll(x); }
        static float atomicAdd(float* a, float v) { float old = *a; *a = old + v; return old; }
        static double atomicAdd(double* a, double v) { double old = *a; *a = old + v; return old; }
        static int atomicAdd(int* a, int v) { int old = *a; *a = (int)((unsigned int)old + (unsigned int)v); return old; }
        static unsigned long long atomicAdd(unsigned long long* a, unsigned long long v) { unsigned long long old = *a; *a = old + v; return old; }
        template <typename T> static T atomicCAS(T* a, T expected, T desired) { T old = *a; if (old == expected) *a = desired; return old; }
        template <unsigned long... I> struct kd_places {};
        template <typename... A, unsigned long... I> static void kd_call(void (*f)(A...), void** a, kd_places<I...>) { f(*(A*)a[I]...); }
        template <typename... A> static void kd_launch(void (*f)(A...), void** a, unsigned int blocks, unsigned int threads)
        {
            gridDim.x = blocks;
            blockDim.x = threads;
            for (blockIdx.x = 0; blockIdx.x < blocks; blockIdx.x++)
                for (threadIdx.x = 0; threadIdx.x < threads; threadIdx.x++)
                    kd_call(f, a, kd_places<__integer_pack(sizeof...(A))...>());
        }

        """;

    /// <summary>An exported function that launches a stage with the addresses of its parameters, as the driver API does.</summary>
    public static string Launcher(string function)
        => $"extern \"C\" void launch_{function}(void** a, unsigned int blocks, unsigned int threads) {{ kd_launch({function}, a, blocks, threads); }}\n";
}
