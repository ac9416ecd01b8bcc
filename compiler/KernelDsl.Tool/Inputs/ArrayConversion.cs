using System.Buffers.Binary;
using KernelDsl.Tool.Arrays;
using KernelDsl.Tool.Execution;

namespace KernelDsl.Tool.Inputs;

/// <summary>Between arrays of <c>.npz</c> files and arrays of a run.</summary>
internal static class ArrayConversion
{
    /// <summary>Floats convert to floats (rounded once), integers to integers (range-checked), b1 and u1 of 0 and 1 to bool.</summary>
    /// <exception cref="ToolException">The types do not fit, or a value does not.</exception>
    public static HostArray FromNpy(string key, NpyArray array, ElementType element)
    {
        if (element.IsFloat() != array.Type.IsFloat()
            || (element == ElementType.Bool && array.Type is not (NpyType.B1 or NpyType.U1))
            || (element.IsInteger() && array.Type == NpyType.B1))
        {
            throw ToolException.Failure(ArgumentDiagnostics.ElementMismatch, key, array.Type.Name(), element.Name(), Accepted(element));
        }

        return element.IsFloat() ? Floats(array, element) : Integers(key, array, element);
    }

    public static NpyArray ToNpy(HostArray array)
    {
        var type = TypeFor(array.Element);
        var data = new byte[array.Count * type.Size()];
        for (var i = 0; i < array.Count; i++)
        {
            var target = data.AsSpan(i * type.Size());
            switch (type)
            {
                case NpyType.F2:
                    BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)FloatFormat.F16.Encode(array.Floats[i]));
                    break;
                case NpyType.F4:
                    BinaryPrimitives.WriteSingleLittleEndian(target, (float)array.Floats[i]);
                    break;
                case NpyType.F8:
                    BinaryPrimitives.WriteDoubleLittleEndian(target, array.Floats[i]);
                    break;
                case NpyType.I8:
                    BinaryPrimitives.WriteInt64LittleEndian(target, array.Integers[i]);
                    break;
                case NpyType.I4:
                    BinaryPrimitives.WriteInt32LittleEndian(target, (int)array.Integers[i]);
                    break;
                case NpyType.I2:
                    BinaryPrimitives.WriteInt16LittleEndian(target, (short)array.Integers[i]);
                    break;
                default:
                    target[0] = (byte)array.Integers[i];
                    break;
            }
        }

        return new NpyArray(type, array.Shape, data);
    }

    /// <summary>The numpy type that holds all values of the element type.</summary>
    public static NpyType TypeFor(ElementType element) => element switch
    {
        ElementType.F64 => NpyType.F8,
        ElementType.F16 => NpyType.F2,
        ElementType.F32 or ElementType.BF16 or ElementType.F8E4M3 or ElementType.F8E5M2 => NpyType.F4,
        ElementType.I64 => NpyType.I8,
        ElementType.I32 => NpyType.I4,
        ElementType.I16 => NpyType.I2,
        ElementType.I8 or ElementType.I4 or ElementType.I2 => NpyType.I1,
        ElementType.U8 or ElementType.U4 => NpyType.U1,
        ElementType.Bool => NpyType.B1,
        _ => throw new ArgumentOutOfRangeException(nameof(element)),
    };

    /// <summary>The elements of an integer array.</summary>
    public static long IntegerAt(NpyArray array, int index)
    {
        var source = array.Data.AsSpan(index * array.Type.Size());
        return array.Type switch
        {
            NpyType.I8 => BinaryPrimitives.ReadInt64LittleEndian(source),
            NpyType.I4 => BinaryPrimitives.ReadInt32LittleEndian(source),
            NpyType.I2 => BinaryPrimitives.ReadInt16LittleEndian(source),
            NpyType.I1 => (sbyte)source[0],
            NpyType.U1 or NpyType.B1 => source[0],
            _ => throw new ArgumentOutOfRangeException(nameof(array)),
        };
    }

    /// <summary><c>[1, 0, 2]</c> for an element of an array.</summary>
    public static string Position(long index, ImmutableArray<long> shape)
    {
        var parts = new string[shape.Length];
        for (var d = shape.Length - 1; d >= 0; d--)
        {
            parts[d] = (index % shape[d]).ToString(System.Globalization.CultureInfo.InvariantCulture);
            index /= shape[d];
        }

        return $"[{string.Join(", ", parts)}]";
    }

    private static string Accepted(ElementType element)
        => element.IsFloat() ? "takes f2, f4 or f8" : element.IsInteger() ? "takes i1, i2, i4, i8 or u1" : "takes b1, or u1 with 0 and 1";

    private static HostArray Floats(NpyArray array, ElementType element)
    {
        var format = FloatFormat.Of(element);
        var values = new double[array.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var source = array.Data.AsSpan(i * array.Type.Size());
            var value = array.Type switch
            {
                NpyType.F2 => (double)BinaryPrimitives.ReadHalfLittleEndian(source),
                NpyType.F4 => BinaryPrimitives.ReadSingleLittleEndian(source),
                _ => BinaryPrimitives.ReadDoubleLittleEndian(source),
            };
            values[i] = format?.Round(value) ?? value;
        }

        return new HostArray(element, array.Shape, values);
    }

    private static HostArray Integers(string key, NpyArray array, ElementType element)
    {
        var (minimum, maximum) = element == ElementType.Bool ? (0, 1) : element.IntegerRange();
        var values = new long[array.Count];
        for (var i = 0; i < values.Length; i++)
        {
            // numpy's b1 is 0 or 1, but a file can hold any byte.
            var value = array.Type == NpyType.B1 ? Math.Min(IntegerAt(array, i), 1) : IntegerAt(array, i);
            if (value < minimum || value > maximum)
            {
                throw ToolException.Failure(ArgumentDiagnostics.ValueRange, key, value, Position(i, array.Shape), element.Name(), minimum, maximum);
            }

            values[i] = value;
        }

        return new HostArray(element, array.Shape, values);
    }
}
