using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Testing.Execution;

/// <summary>A value of the interpreter: truth values and integers in one field, floats in the other. An F32 always holds a binary32.</summary>
internal readonly record struct Scalar(ScalarType Type, long Integer, double Number)
{
    public bool Truth => Integer != 0;

    public bool IsFloat => Type is ScalarType.F32 or ScalarType.F64;

    public static Scalar Of(long integer) => new(ScalarType.I64, integer, 0);

    public static Scalar Of(bool truth) => new(ScalarType.Bool, truth ? 1 : 0, 0);

    public static Scalar Of(ScalarType type, double number) => new(type, 0, type == ScalarType.F32 ? (float)number : number);

    public static Scalar Zero(ScalarType type) => new(type, 0, 0);
}
