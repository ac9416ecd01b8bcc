namespace KernelDsl.Compiler.Emission.Cuda;

internal static partial class CudaHelpers
{
    private static IEnumerable<CudaHelper> Elements() =>
    [
        Helper("kd_decode_f16", $$"""
            {{Device}} float kd_decode_f16(unsigned short bits)
            {
                float value;
                asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
                return value;
            }
            """),
        Helper("kd_encode_f16", $$"""
            {{Device}} unsigned short kd_encode_f16(float value)
            {
                unsigned short bits;
                asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value));
                return bits;
            }
            """),
        Helper("kd_decode_bf16", $$"""{{Device}} float kd_decode_bf16(unsigned short bits) { return __uint_as_float((unsigned int)bits << 16); }"""),
        Helper("kd_encode_bf16", $$"""
            {{Device}} unsigned short kd_encode_bf16(float value)
            {
                unsigned int bits = __float_as_uint(value);
                return value != value ? (unsigned short)((bits >> 16) | 0x40u) : (unsigned short)((bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16);
            }
            """),
        Helper("kd_decode_f8", $$"""
            // Finite 8-bit floats: sign, exponent with the bias, mantissa bits.
            {{Device}} float kd_decode_f8(unsigned int bits, int mantissa_bits, int bias)
            {
                unsigned int sign = (bits & 0x80u) << 24;
                unsigned int exponent = (bits & 0x7Fu) >> mantissa_bits;
                unsigned int mantissa = bits & ((1u << mantissa_bits) - 1u);
                if (exponent == 0u)
                {
                    float unit = __uint_as_float((unsigned int)(128 - bias - mantissa_bits) << 23);
                    return __uint_as_float(sign | __float_as_uint((float)mantissa * unit));
                }
                return __uint_as_float(sign | ((exponent + 127u - (unsigned int)bias) << 23) | (mantissa << (23 - mantissa_bits)));
            }
            """),
        Helper("kd_encode_f8", $$"""
            // Round to nearest even; saturates to the largest finite code, also from infinity; NaN stays.
            {{Device}} unsigned char kd_encode_f8(float value, int mantissa_bits, int bias, unsigned int largest, unsigned int nan)
            {
                unsigned int bits = __float_as_uint(value);
                unsigned int sign = (bits >> 24) & 0x80u;
                unsigned int size = bits & 0x7FFFFFFFu;
                if (size > 0x7F800000u) return (unsigned char)(sign | nan);
                unsigned int code;
                if (size < (unsigned int)(128 - bias) << 23)
                {
                    float magic = __uint_as_float((unsigned int)(151 - bias - mantissa_bits) << 23);
                    code = __float_as_uint(__uint_as_float(size) + magic) - __float_as_uint(magic);
                }
                else
                {
                    int dropped = 23 - mantissa_bits;
                    unsigned int rounded = size + (1u << (dropped - 1)) - 1u + ((size >> dropped) & 1u);
                    code = (rounded >> dropped) - ((unsigned int)(127 - bias) << mantissa_bits);
                }
                return (unsigned char)(sign | (code < largest ? code : largest));
            }
            """),
        Helper("kd_decode_f8e4m3", $$"""
            {{Device}} float kd_decode_f8e4m3(unsigned char bits) { return (bits & 0x7F) == 0x7F ? __uint_as_float(0x7FC00000u) : kd_decode_f8(bits, 3, 7); }
            """, "kd_decode_f8"),
        Helper("kd_encode_f8e4m3", $$"""
            {{Device}} unsigned char kd_encode_f8e4m3(float value) { return kd_encode_f8(value, 3, 7, 0x7Eu, 0x7Fu); }
            """, "kd_encode_f8"),
        Helper("kd_decode_f8e5m2", $$"""
            {{Device}} float kd_decode_f8e5m2(unsigned char bits)
            {
                unsigned int size = bits & 0x7Fu;
                if (size > 0x7Cu) return __uint_as_float(0x7FC00000u);
                if (size == 0x7Cu) return __uint_as_float(bits >= 0x80 ? 0xFF800000u : 0x7F800000u);
                return kd_decode_f8(bits, 2, 15);
            }
            """, "kd_decode_f8"),
        Helper("kd_encode_f8e5m2", $$"""
            {{Device}} unsigned char kd_encode_f8e5m2(float value) { return kd_encode_f8(value, 2, 15, 0x7Bu, 0x7Fu); }
            """, "kd_encode_f8"),
        Helper("kd_load_u4", $$"""
            {{Device}} i64 kd_load_u4(const unsigned char* bytes, u64 index) { return (bytes[index >> 1] >> ((index & 1) * 4)) & 15; }
            """),
        Helper("kd_load_i4", $$"""
            {{Device}} i64 kd_load_i4(const unsigned char* bytes, u64 index) { return (((bytes[index >> 1] >> ((index & 1) * 4)) & 15) ^ 8) - 8; }
            """),
        Helper("kd_load_i2", $$"""
            {{Device}} i64 kd_load_i2(const unsigned char* bytes, u64 index) { return (((bytes[index >> 2] >> ((index & 3) * 2)) & 3) ^ 2) - 2; }
            """),
        Helper("kd_store_packed", $$"""
            // Other threads may store to the same word, which is why it is replaced atomically. Buffers are padded to whole words.
            {{Device}} void kd_store_packed(unsigned char* bytes, u64 index, int bits, i64 value)
            {
                u64 place = index * (u64)bits;
                unsigned int* word = (unsigned int*)bytes + (place >> 5);
                unsigned int shift = (unsigned int)(place & 31);
                unsigned int mask = ((1u << bits) - 1u) << shift;
                unsigned int wanted = ((unsigned int)value << shift) & mask;
                unsigned int before = *word;
                unsigned int assumed;
                do
                {
                    assumed = before;
                    before = atomicCAS(word, assumed, (assumed & ~mask) | wanted);
                }
                while (before != assumed);
            }
            """),
    ];
}
