namespace KernelDsl.Compiler.Reference;

/// <summary>A value: the float, or the integer or truth value, by the kind of the expression that gave it.</summary>
internal readonly record struct Number(double Float, long Integer)
{
    public static Number Of(double value) => new(value, 0);

    public static Number Of(long value) => new(0, value);

    public static Number Of(bool value) => new(0, value ? 1 : 0);

    public bool IsTrue => Integer != 0;
}

/// <summary>Evaluates an expression at a point, which holds a number for each index variable. False where it is undefined.</summary>
internal delegate bool Evaluator(long[] point, out Number value);
