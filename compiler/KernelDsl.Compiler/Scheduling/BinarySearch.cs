using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Scheduling;

/// <summary>Searches in sorted buffers, as statements.</summary>
internal static class BinarySearch
{
    /// <summary>The first place in [from, to) whose element is not less than the key, or <c>to</c>.</summary>
    public static LocalValue FirstNotLess(StageBuilder stage, ProgramBuffer buffer, Value from, Value to, Value key)
        => Search(stage, buffer, from, to, key, BinaryOperation.Less);

    /// <summary>The first place in [from, to) whose element is greater than the key, or <c>to</c>.</summary>
    public static LocalValue FirstGreater(StageBuilder stage, ProgramBuffer buffer, Value from, Value to, Value key)
        => Search(stage, buffer, from, to, key, BinaryOperation.LessOrEqual);

    private static LocalValue Search(StageBuilder stage, ProgramBuffer buffer, Value from, Value to, Value key, BinaryOperation isBefore)
    {
        var low = stage.Declare("low", from);
        var high = stage.Declare("high", to);
        stage.For("step", ValueMath.Integer(0), ValueMath.Integer(64), _ =>
        {
            stage.If(ValueMath.Compare(BinaryOperation.GreaterOrEqual, low, high), () => stage.Add(new Break()));
            var middle = stage.Declare("middle", ValueMath.Add(low, ValueMath.Divide(ValueMath.Subtract(high, low), ValueMath.Integer(2))));
            stage.Add(new If(
                ValueMath.Compare(isBefore, new LoadValue(buffer, middle), key),
                stage.Capture(() => stage.Assign(low, ValueMath.Add(middle, ValueMath.Integer(1)))),
                stage.Capture(() => stage.Assign(high, middle))));
        });
        return low;
    }
}
