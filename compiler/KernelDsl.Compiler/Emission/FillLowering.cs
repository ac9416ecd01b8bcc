using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Emission;

/// <summary>Replaces each <see cref="FillStep"/> by the launch of a stage that stores the number, so that devices only launch stages.</summary>
internal static class FillLowering
{
    public static LoopProgram Lower(LoopProgram program) => program with { Steps = Lower(program.Steps) };

    private static ImmutableArray<Step> Lower(ImmutableArray<Step> steps) => steps.Select(step => step switch
    {
        FillStep fill => new LaunchStep(StageOf(fill)),
        SerialStep serial => serial with { Steps = Lower(serial.Steps) },
        _ => step,
    }).ToImmutableArray();

    private static Stage StageOf(FillStep fill)
    {
        var index = new Local("index", ScalarType.I64);
        var type = LoadValue.Widened(fill.Buffer.Element);
        Value number = type switch
        {
            ScalarType.Bool => new BooleanValue(fill.Number != 0),
            ScalarType.I64 => new IntegerValue(Saturate(fill.Number)),
            _ => new FloatValue(fill.Number, type),
        };
        return new Stage($"fill_{fill.Buffer.Name}", [], [new GridAxis(index, fill.Buffer.Length)],
            new Block([new Store(fill.Buffer, new LocalValue(index), number)]));
    }

    private static long Saturate(double number)
        => double.IsNaN(number) ? 0
        : number >= 9223372036854775808.0 ? long.MaxValue
        : number <= -9223372036854775808.0 ? long.MinValue
        : (long)number;
}
