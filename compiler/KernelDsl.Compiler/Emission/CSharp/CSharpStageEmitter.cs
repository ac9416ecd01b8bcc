using System.Globalization;
using KernelDsl.Compiler.Text;
using KernelDsl.Compiler.Tiles;

namespace KernelDsl.Compiler.Emission.CSharp;

/// <summary>The body of one stage's method.</summary>
internal sealed class CSharpStageEmitter(LoopProgram program, Stage stage, CodeWriter writer, NameScope names, SourceText? source)
    : StageEmitter(writer, names)
{
    private const string Numerics = "global::KernelDsl.Runtime.Numerics.";
    private const string MathClass = Numerics + "KernelMath.";
    private const string Conversion = Numerics + "ElementConversion.";
    private const string Atomics = "global::KernelDsl.Runtime.Cpu.CpuAtomics.";

    private readonly SourcePlaces? _places = source is null ? null : new SourcePlaces(writer, source);

    public void Emit()
    {
        EmitParameters();
        MarkSource(stage.Source);
        if (stage.Grid.IsEmpty)
        {
            Writer.Block("for (long point = begin; point < end; point++)", EmitBody);
        }
        else if (stage.Grid.Length == 1)
        {
            var name = NameOf(stage.Grid[0].Coordinate);
            Writer.Block($"for (long {name} = begin; {name} < end; {name}++)", EmitBody);
        }
        else
        {
            EmitGrid();
        }

        MarkSource(null);
    }

    protected override void MarkSource(TextSpan? span) => _places?.Mark(span);

    private void EmitBody() => Emit(stage.Body, stage.Source);

    protected override string TypeName(ScalarType type) => type switch
    {
        ScalarType.Bool => "bool",
        ScalarType.I64 => "long",
        ScalarType.F32 => "float",
        ScalarType.F64 => "double",
        _ => throw new NotSupportedException(type.ToString()),
    };

    protected override string Integer(long number) => number switch
    {
        long.MinValue => "long.MinValue",
        < 0 => $"({number.ToString(CultureInfo.InvariantCulture)}L)",
        _ => number.ToString(CultureInfo.InvariantCulture) + "L",
    };

    protected override string SpecialFloat(double number, ScalarType type)
        => $"{TypeName(type)}.{(double.IsNaN(number) ? "NaN" : number > 0 ? "PositiveInfinity" : "NegativeInfinity")}";

    protected override string LoadElement(ProgramBuffer buffer, string index)
    {
        var name = NameOf(buffer);
        return buffer.Element switch
        {
            ElementType.F64 or ElementType.F32 or ElementType.I64 => $"{name}[{index}]",
            ElementType.I32 or ElementType.I16 or ElementType.I8 or ElementType.U8 => $"((long){name}[{index}])",
            ElementType.I4 or ElementType.U4 or ElementType.I2 => $"{name}.Load({index})",
            ElementType.Bool => $"({name}[{index}] != 0)",
            _ => $"{Conversion}Decode{buffer.Element}({name}[{index}])",
        };
    }

    protected override void StoreElement(ProgramBuffer buffer, string index, string value)
    {
        var name = NameOf(buffer);
        Writer.Line(buffer.Element switch
        {
            ElementType.F64 or ElementType.F32 or ElementType.I64 => $"{name}[{index}] = {value};",
            ElementType.I32 or ElementType.I16 or ElementType.I8 or ElementType.U8 => $"{name}[{index}] = ({CellType(buffer.Element)})({value});",
            ElementType.I4 or ElementType.U4 or ElementType.I2 => $"{name}.Store({index}, {value});",
            ElementType.Bool => $"{name}[{index}] = ({value}) ? (byte)1 : (byte)0;",
            _ => $"{name}[{index}] = {Conversion}Encode{buffer.Element}({value});",
        });
    }

    protected override void UpdateElement(ProgramBuffer buffer, string index, BinaryOperation operation, string value)
    {
        var target = $"{NameOf(buffer)}[{index}]";
        if (operation == BinaryOperation.Add)
        {
            Writer.Line($"{Atomics}Add(ref {target}, {value});");
            return;
        }

        var (cell, before, operand) = (Names.Fresh("cell"), Names.Fresh("before"), Names.Fresh("operand"));
        var type = LoadValue.Widened(buffer.Element);
        var cellType = CellType(buffer.Element);
        var result = Bare(Binary(operation, type, buffer.Element == ElementType.I32 ? $"((long){before})" : before, operand));
        Writer.Line($"ref {cellType} {cell} = ref {target};");
        Writer.Line($"{TypeName(type)} {operand} = {value};");
        Writer.Line($"{cellType} {before};");
        Writer.Block("do", () => Writer.Line($"{before} = global::System.Threading.Volatile.Read(ref {cell});"));
        Writer.Line($"while (!{Atomics}TryReplace(ref {cell}, {before}, ({cellType})({result})));");
    }

    protected override string Call(MathFunction function, ScalarType type, ImmutableArray<string> arguments)
    {
        if (function == MathFunction.Random)
        {
            var state = arguments.Skip(1).Aggregate($"{MathClass}RandomStart({arguments[0]})", (s, counter) => $"{MathClass}RandomNext({s}, {counter})");
            return $"{MathClass}RandomEnd({state})";
        }

        return $"{MathClass}{function}({string.Join(", ", arguments)})";
    }

    protected override string Truncate(string operand, ScalarType from) => $"{MathClass}ToInteger({operand})";

    protected override string RoundFloat(ElementType element, string operand) => $"{Conversion}Round{element}({operand})";

    protected override string Wrap(ElementType element, string operand) => element switch
    {
        ElementType.I32 or ElementType.I16 or ElementType.I8 or ElementType.U8 => $"((long)({CellType(element)}){operand})",
        ElementType.U4 => $"({operand} & 15L)",
        ElementType.I4 => $"(({operand} << 60) >> 60)",
        ElementType.I2 => $"(({operand} << 62) >> 62)",
        _ => throw new NotSupportedException(element.ToString()),
    };

    protected override string Binary(BinaryOperation operation, ScalarType type, string left, string right) => operation switch
    {
        // C# shifts by the amount mod 64 itself.
        BinaryOperation.ShiftLeft when type == ScalarType.I64 => $"({left} << (int){right})",
        BinaryOperation.ShiftRight when type == ScalarType.I64 => $"({left} >> (int){right})",
        _ => base.Binary(operation, type, left, right),
    };

    protected override string Special(BinaryOperation operation, ScalarType type, string left, string right) => operation switch
    {
        BinaryOperation.Divide => $"{MathClass}FloorDivide({left}, {right})",
        BinaryOperation.Remainder when type == ScalarType.I64 => $"{MathClass}FloorRemainder({left}, {right})",
        _ => $"{MathClass}{operation}({left}, {right})",
    };

    private static string CellType(ElementType element) => element switch
    {
        ElementType.F64 => "double",
        ElementType.F32 => "float",
        ElementType.I64 => "long",
        ElementType.I32 => "int",
        ElementType.I16 => "short",
        ElementType.I8 => "sbyte",
        ElementType.F16 or ElementType.BF16 => "ushort",
        ElementType.U8 or ElementType.F8E4M3 or ElementType.F8E5M2 or ElementType.Bool => "byte",
        _ => throw new NotSupportedException(element.ToString()),
    };

    private string NameOf(ProgramBuffer buffer) => Names.Of(buffer, buffer.Name);

    private void EmitParameters()
    {
        var uses = StageUses.Of(stage);
        for (var i = 0; i < program.Buffers.Length; i++)
        {
            var buffer = program.Buffers[i];
            if (uses.Contains(buffer))
            {
                var access = buffer.Element.Bits() < 8 ? $"Packed({i})" : $"Buffer<{CellType(buffer.Element)}>({i})";
                Writer.Line($"var {NameOf(buffer)} = arguments.{access};");
            }
        }

        for (var i = 0; i < program.Arguments.Length; i++)
        {
            var argument = program.Arguments[i];
            if (uses.Contains(argument))
            {
                var access = argument.Type switch { ScalarType.Bool => "Truth", ScalarType.I64 => "Integer", ScalarType.F32 => "Single", _ => "Double" };
                Writer.Line($"{TypeName(argument.Type)} {Names.Of(argument, argument.Name)} = arguments.{access}({i});");
            }
        }

        for (var i = 0; i < stage.SerialVariables.Length; i++)
        {
            Writer.Line($"long {NameOf(stage.SerialVariables[i])} = serial[{i}];");
        }
    }

    // The coordinates of the first point by division, of the others by counting with carry.
    private void EmitGrid()
    {
        Writer.Block("if (begin >= end)", () => Writer.Line("return;"));
        var axes = stage.Grid.Select(axis => (
            Name: NameOf(axis.Coordinate),
            Next: Names.Fresh(axis.Coordinate.Name + "_next"),
            Extent: Names.Fresh(axis.Coordinate.Name + "_extent"),
            axis)).ToImmutableArray();
        var rest = Names.Fresh("rest");
        Writer.Line($"long {rest} = begin;");
        for (var i = axes.Length - 1; i >= 0; i--)
        {
            Writer.Line($"long {axes[i].Extent} = {Bare(Expression(axes[i].axis.Extent))};");
            Writer.Line($"long {axes[i].Next} = {rest} % {axes[i].Extent};");
            Writer.Line($"{rest} /= {axes[i].Extent};");
        }

        Writer.Block("for (long point = begin; point < end; point++)", () =>
        {
            foreach (var (name, next, _, _) in axes)
            {
                Writer.Line($"long {name} = {next};");
            }

            EmitBody();
            MarkSource(stage.Source);
            Advance(axes.Length - 1);
        });

        void Advance(int axis) => Writer.Block($"if (++{axes[axis].Next} == {axes[axis].Extent})", () =>
        {
            Writer.Line($"{axes[axis].Next} = 0;");
            if (axis > 0)
            {
                Advance(axis - 1);
            }
        });
    }
}
