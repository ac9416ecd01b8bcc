using KernelDsl.Compiler.Text;
using KernelDsl.Compiler.Tiles;
using KernelDsl.Plans;

namespace KernelDsl.Compiler.Emission.Cuda;

/// <summary>One stage's function.</summary>
internal sealed partial class CudaStageEmitter(
    LoopProgram program, Stage stage, CodeWriter writer, NameScope names, CudaHelperUse helpers, SpecLines? lines)
    : StageEmitter(writer, names)
{
    public void Emit(string function)
    {
        var parameters = string.Join(", ", StageParameters.Of(program, stage).Select(Declaration));
        Writer.Line($"// {NameScope.Identifier(stage.Name)}");
        MarkSource(stage.Source);
        Writer.Block($"extern \"C\" __global__ void __launch_bounds__({StageParameters.BlockSize}) {function}({parameters})", EmitPoints);
    }

    protected override void MarkSource(TextSpan? span) => lines?.Mark(Writer.LineCount + 1, span);

    protected override void StoreElement(ProgramBuffer buffer, string index, string value)
    {
        var name = NameOf(buffer);
        Writer.Line(buffer.Element switch
        {
            ElementType.F64 or ElementType.F32 or ElementType.I64 => $"{name}[{index}] = {value};",
            ElementType.I32 or ElementType.I16 or ElementType.I8 or ElementType.U8 => $"{name}[{index}] = ({CudaTypes.Cell(buffer.Element)})({value});",
            ElementType.I4 or ElementType.U4 or ElementType.I2 => $"{helpers["kd_store_packed"]}({name}, {index}, {buffer.Element.Bits()}, {value});",
            ElementType.Bool => $"{name}[{index}] = ({value}) ? 1 : 0;",
            _ => $"{name}[{index}] = {helpers[$"kd_encode_{buffer.Element.Name()}"]}({value});",
        });
    }

    protected override void UpdateElement(ProgramBuffer buffer, string index, BinaryOperation operation, string value)
    {
        var target = $"&{NameOf(buffer)}[{index}]";
        if (operation == BinaryOperation.Add)
        {
            Writer.Line(buffer.Element switch
            {
                ElementType.I64 => $"atomicAdd((u64*){target}, (u64)({value}));",
                ElementType.I32 => $"atomicAdd({target}, (int)({value}));",
                _ => $"atomicAdd({target}, {value});",
            });
            return;
        }

        var (cell, before, assumed, operand) = (Names.Fresh("cell"), Names.Fresh("before"), Names.Fresh("assumed"), Names.Fresh("operand"));
        var type = LoadValue.Widened(buffer.Element);
        var word = buffer.Element.Bits() == 64 ? "u64" : "unsigned int";
        var current = CudaTypes.FromBits(buffer.Element, assumed);
        var result = CudaTypes.ToBits(buffer.Element, Bare(Binary(operation, type, current, operand)));
        Writer.Line($"{word}* {cell} = ({word}*){target};");
        Writer.Line($"{TypeName(type)} {operand} = {value};");
        Writer.Line($"{word} {before} = *{cell};");
        Writer.Line($"{word} {assumed};");
        Writer.Block("do", () =>
        {
            Writer.Line($"{assumed} = {before};");
            Writer.Line($"{before} = atomicCAS({cell}, {assumed}, {result});");
        });
        Writer.Line($"while ({before} != {assumed});");
    }

    /// <summary>The host names the value of a const when it compiles the text, so that loops over it unroll.</summary>
    protected override string Argument(ProgramArgument argument)
        => argument.IsConst ? $"((i64){SignatureConst.MacroOf(argument.Name)})" : base.Argument(argument);

    private string NameOf(ProgramBuffer buffer) => Names.Of(buffer, buffer.Name);

    private string Declaration(PlanParameter parameter) => parameter.Kind switch
    {
        PlanParameterKind.Buffer => Declaration(program.Buffers[parameter.Index], parameter.IsWritten),
        PlanParameterKind.Argument => Declaration(program.Arguments[parameter.Index]),
        PlanParameterKind.Serial => $"i64 {NameOf(stage.SerialVariables[parameter.Index])}",
        _ => throw new NotSupportedException(parameter.Kind.ToString()),
    };

    private string Declaration(ProgramArgument argument) => $"{TypeName(argument.Type)} {Names.Of(argument, argument.Name)}";

    private string Declaration(ProgramBuffer buffer, bool isWritten)
    {
        var cell = CudaTypes.Cell(buffer.Element);
        return isWritten ? $"{cell}* {NameOf(buffer)}" : $"const {cell}* __restrict__ {NameOf(buffer)}";
    }

    private void EmitPoints()
    {
        var axes = stage.Grid.Select(axis => (Name: NameOf(axis.Coordinate), Extent: Names.Fresh(axis.Coordinate.Name + "_extent"), axis)).ToImmutableArray();
        foreach (var (_, extent, axis) in axes)
        {
            StageTypes.RequireSame(ScalarType.I64, axis.Extent, "the extent of a grid axis");
            Writer.Line($"const i64 {extent} = {Bare(Expression(axis.Extent))};");
        }

        Writer.Line($"const i64 points = {(axes.IsEmpty ? "1" : string.Join(" * ", axes.Select(a => a.Extent)))};");
        const string Head = "for (i64 point = (i64)blockIdx.x * blockDim.x + threadIdx.x; point < points; point += (i64)gridDim.x * blockDim.x)";
        Writer.Block(Head, () =>
        {
            EmitCoordinates(axes);
            Emit(stage.Body, stage.Source);
        });
    }

    private void EmitCoordinates(ImmutableArray<(string Name, string Extent, GridAxis Axis)> axes)
    {
        var current = "point";
        for (var i = axes.Length - 1; i > 0; i--)
        {
            var rest = Names.Fresh("rest");
            Writer.Line($"const i64 {rest} = {helpers["kd_split"]}({current}, {axes[i].Extent});");
            Writer.Line($"const i64 {axes[i].Name} = {current} - {rest} * {axes[i].Extent};");
            current = rest;
        }

        if (!axes.IsEmpty)
        {
            Writer.Line($"const i64 {axes[0].Name} = {current};");
        }
    }
}
