using System.CommandLine;
using KernelDsl.Tool.Inputs;

namespace KernelDsl.Tool.Commands;

/// <summary>The options that say how a kernel is called.</summary>
internal sealed class RunOptions
{
    public Option<string[]> Dims { get; } = CommandLine.Assignments("--dims", "Extents, such as B=2,M=33.");

    public Option<string[]> Parameters { get; } = CommandLine.Assignments("--param", "Types and consts, such as T=f16,D=64.");

    public Option<string[]> Scalars { get; } = CommandLine.Assignments("--set", "Scalar arguments, such as window=17.");

    public Option<string?> Example { get; } = new("--example") { Description = "Take the sizes of an example of the file." };

    public void AddTo(Command command)
    {
        command.Add(Example);
        command.Add(Dims);
        command.Add(Parameters);
        command.Add(Scalars);
    }

    /// <summary>The example's values, then those of the command line over them.</summary>
    public NamedValues Read(ParseResult parsed, KernelCompilation compilation, BoundKernel kernel)
    {
        var values = new NamedValues();
        if (parsed.GetValue(Example) is { } name)
        {
            AddExample(values, KernelChoice.Example(compilation, kernel, name));
        }

        values.Add("--dims", parsed.GetRequiredValue(Dims));
        values.Add("--param", parsed.GetRequiredValue(Parameters));
        values.Add("--set", parsed.GetRequiredValue(Scalars));
        return values;
    }

    public static void AddExample(NamedValues values, BoundExample example)
    {
        foreach (var (type, element) in example.Types)
        {
            values.Set(type, element.Name(), $"example {example.Name}");
        }

        foreach (var (number, value) in example.Values)
        {
            values.Set(number, value.ToString("R", System.Globalization.CultureInfo.InvariantCulture), $"example {example.Name}");
        }
    }
}
