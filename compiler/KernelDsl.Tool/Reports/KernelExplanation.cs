using KernelDsl.Compiler.Scheduling;
using KernelDsl.Compiler.Tiles;
using KernelDsl.Tool.Inputs;

namespace KernelDsl.Tool.Reports;

/// <summary>What the compiler knows of a kernel, in words.</summary>
internal sealed class KernelExplanation(TextWriter output, SourceText source)
{
    public void Write(BoundKernel kernel)
    {
        output.WriteLine(Signature(kernel));
        Section("axes", kernel.Axes.Select(axis => $"{axis.Name}: {Describe(axis)}"));
        Section("tensors", kernel.Parameters.Concat(kernel.Outputs).Select(Describe));
        Section("scalars", kernel.Scalars.Select(scalar => $"{scalar.Name}: {scalar.Type}{(scalar.Default is null ? "" : $" = {UniformText.Of(scalar.Default)}")}"));
        Section("conditions", kernel.Preconditions.Select(condition => condition.Text).Distinct());
        Section("definitions", kernel.Definitions.SelectMany(Describe));
        if (kernel.IsValid)
        {
            var instance = FirstInstance(kernel);
            var program = PlainSchedule.Lower(kernel, instance);
            var types = string.Join(", ", instance.Types.Select(type => $"{type.Key} = {type.Value.Name()}")
                .Concat(instance.Consts.Select(constant => $"{constant.Key} = {constant.Value}")));
            Section($"plain schedule{(types.Length > 0 ? $" for {types}" : "")}", Steps(program.Steps, 0));
        }

        output.WriteLine();
    }

    private static string Signature(BoundKernel kernel)
    {
        var generics = kernel.TypeParameters.Select(type => $"{type.Name}: {string.Join(" | ", type.Allowed.Select(element => element.Name()))}")
            .Concat(kernel.Consts.Select(constant => $"const {constant.Name}{(constant.Default is { } value ? $" = {value}" : "")}")).ToArray();
        var parameters = kernel.Parameters.Select(tensor => tensor.Name).Concat(kernel.Scalars.Select(scalar => scalar.Name));
        return $"{(kernel.IsDeterministic ? "deterministic " : "")}kernel {kernel.Name}{(generics.Length > 0 ? $"<{string.Join(", ", generics)}>" : "")}"
            + $"({string.Join(", ", parameters)}) -> {string.Join(", ", kernel.Outputs.Select(tensor => tensor.Name))}";
    }

    internal static string Describe(Axis axis) => axis.Kind switch
    {
        AxisKind.Labels => $"{{{string.Join(", ", axis.Labels)}}}",
        AxisKind.Ragged => $"{UniformText.Of(axis.Extent)}, ragged in groups of {axis.Ragged!.Group.Name} by {axis.Ragged.Start.Name}",
        AxisKind.Paged => $"paged by {axis.Paging!.Table.Name} up to {axis.Paging.Length.Name}, {UniformText.Of(axis.Paging.PageSize)} to a page",
        _ => UniformText.Of(axis.Extent),
    };

    private static string Describe(TensorSymbol tensor)
    {
        var format = tensor.IsSparse ? $" {tensor.Format.ToString().ToLowerInvariant()}" : "";
        var parts = tensor.Components.Select(part => $"{part.Key}: {part.Type}[{string.Join(", ", part.Shape.Select(UniformText.Of))}]");
        return $"{tensor.Name}: {tensor.Type}[{string.Join(", ", tensor.Axes.Select(axis => axis.Name))}]{format}, stored as {string.Join(" ", parts)}";
    }

    private IEnumerable<string> Describe(Definition definition)
    {
        var targets = string.Join(", ", definition.Targets.Select(target => target.Name));
        yield return $"{targets}[{string.Join(", ", definition.Variables.Select(variable => variable.Axis.Name))}]: {Flat(definition.Span)}";
        var bounds = definition.Variables.Where(variable => variable.Lower is not null || variable.Upper is not null)
            .Select(variable => $"{variable.Axis.Name} only inside its group or row");
        foreach (var line in definition.Where is { } where ? bounds.Append($"where {Flat(where.Span)}") : bounds)
        {
            yield return $"  {line}";
        }
    }

    private string Flat(TextSpan span)
    {
        var text = string.Join(' ', source.ToString(span).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length > 160 ? text[..157] + "…" : text;
    }

    private static KernelInstance FirstInstance(BoundKernel kernel) => new(
        kernel.TypeParameters.ToImmutableDictionary(type => type.Name, type => type.Allowed.Contains(ElementType.F32) ? ElementType.F32 : type.Allowed[0]),
        kernel.Consts.ToImmutableDictionary(constant => constant.Name, constant => constant.Default ?? (constant.Allowed.Length > 0 ? constant.Allowed[0] : 1)));

    private static IEnumerable<string> Steps(IEnumerable<Step> steps, int depth)
    {
        var indent = new string(' ', depth * 2);
        foreach (var step in steps)
        {
            switch (step)
            {
                case LaunchStep { Stage: var stage }:
                    var grid = stage.Grid.Select(axis => $"{axis.Coordinate.Name} < {ValueText.Of(axis.Extent)}");
                    yield return $"{indent}{stage.Name}: {(stage.Grid.Length == 0 ? "one point" : string.Join(", ", grid))}";
                    break;
                case FillStep fill:
                    yield return FormattableString.Invariant($"{indent}fill {fill.Buffer.Name} with {fill.Number}");
                    break;
                case SerialStep serial:
                    yield return $"{indent}for {serial.Variable.Name} {(serial.IsReversed ? "down from" : "<")} {ValueText.Of(serial.Extent)}, one after the other:";
                    foreach (var line in Steps(serial.Steps, depth + 1))
                    {
                        yield return line;
                    }

                    break;
            }
        }
    }

    private void Section(string title, IEnumerable<string> lines)
    {
        var all = lines.ToArray();
        if (all.Length > 0)
        {
            output.WriteLine($"  {title}:");
            Array.ForEach(all, line => output.WriteLine($"    {line}"));
        }
    }
}
