using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Runtime.Tests.Programs;

/// <summary>Short names for the parts of loop programs.</summary>
internal static class Build
{
    public static Value I(long number) => new IntegerValue(number);

    public static Value F(double number) => new FloatValue(number, ScalarType.F32);

    public static Value D(double number) => new FloatValue(number, ScalarType.F64);

    public static Value Truth(bool truth) => new BooleanValue(truth);

    public static Value V(Local local) => new LocalValue(local);

    public static Value V(ProgramArgument argument) => new ArgumentValue(argument);

    public static Value Load(ProgramBuffer buffer, Value index) => new LoadValue(buffer, index);

    public static Value Of(BinaryOperation operation, Value a, Value b) => new BinaryValue(operation, a, b);

    public static Value Add(Value a, Value b) => Of(BinaryOperation.Add, a, b);

    public static Value Subtract(Value a, Value b) => Of(BinaryOperation.Subtract, a, b);

    public static Value Multiply(Value a, Value b) => Of(BinaryOperation.Multiply, a, b);

    public static Value Divide(Value a, Value b) => Of(BinaryOperation.Divide, a, b);

    public static Value Less(Value a, Value b) => Of(BinaryOperation.Less, a, b);

    public static Value Call(MathFunction function, params Value[] arguments) => new CallValue(function, [.. arguments], function switch
    {
        MathFunction.IsNan => ScalarType.Bool,
        MathFunction.Random => ScalarType.F32,
        _ => arguments[0].Type,
    });

    /// <summary>The place of (i, j) in rows of a width.</summary>
    public static Value At(Value i, Value width, Value j) => Add(Multiply(i, width), j);

    public static Block Do(params Statement[] statements) => new([.. statements]);

    public static Local Long(string name) => new(name, ScalarType.I64);

    public static Local Single(string name) => new(name, ScalarType.F32);

    public static For Loop(Local variable, Value to, params Statement[] body) => new(variable, I(0), to, IsReversed: false, Do(body));

    public static ProgramArgument Extent(string name) => new(name, ScalarType.I64);

    public static ProgramBuffer Input(string name, ElementType element, Value length) => new(name, element, BufferRole.Input, length);

    public static ProgramBuffer Output(string name, ElementType element, Value length) => new(name, element, BufferRole.Output, length);

    public static ProgramBuffer Workspace(string name, ElementType element, Value length) => new(name, element, BufferRole.Workspace, length);

    public static LaunchStep Launch(string name, ImmutableArray<GridAxis> grid, params Statement[] body) => new(new Stage(name, [], grid, Do(body)));

    public static LoopProgram Program(
        string name, ImmutableArray<ProgramArgument> arguments, ImmutableArray<ProgramBuffer> buffers, params Step[] steps)
        => new(name, arguments, buffers, [], [.. steps]);
}
