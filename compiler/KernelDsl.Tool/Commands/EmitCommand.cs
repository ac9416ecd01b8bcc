using System.CommandLine;
using System.Text;
using KernelDsl.Compiler.Scheduling;
using KernelDsl.Runtime.Cuda;
using KernelDsl.Tool.Execution;
using KernelDsl.Tool.Inputs;

namespace KernelDsl.Tool.Commands;

/// <summary><c>kdsl emit</c>: the code that a kernel becomes.</summary>
internal sealed class EmitCommand(ToolContext context)
{
    private readonly Argument<string> _file = CommandLine.File();
    private readonly Option<string?> _kernel = CommandLine.Kernel();
    private readonly Option<string> _target = new("--target", "-t") { Description = "cuda, ptx, cubin, csharp or plan (how the host launches, as JSON).", Required = true };
    private readonly Option<string> _architecture = new("--arch") { Description = "The GPU to compile for.", DefaultValueFactory = _ => "sm_80" };
    private readonly Option<string[]> _parameters = CommandLine.Assignments("--param", "Types and consts, such as T=f16,D=64.");
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The file to write; without it standard output." };

    public static Command Create(ToolContext context)
    {
        var emit = new EmitCommand(context);
        emit._target.AcceptOnlyFromAmong("cuda", "ptx", "cubin", "csharp", "plan");
        var command = new Command("emit", "Write the code that kernels become.") { emit._file, emit._kernel, emit._target, emit._architecture, emit._parameters, emit._output };
        command.SetAction(emit.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        if (!CommandLine.TryCompile(context, parsed.GetRequiredValue(_file), out var compilation))
        {
            return (int)ExitCode.Failure;
        }

        var target = parsed.GetRequiredValue(_target);
        var kernels = KernelChoice.Some(compilation, parsed.GetValue(_kernel));
        var output = parsed.GetValue(_output);
        if (target == "cubin" && (kernels.Length != 1 || output is null))
        {
            throw ToolException.Usage(ToolDiagnostics.Usage, kernels.Length != 1
                ? "A cubin holds one kernel; choose it with --kernel." : "A cubin is not text; name a file with --output.");
        }

        using var buffer = new MemoryStream();
        var parts = kernels.Select(kernel => Emit(compilation, kernel, target, parsed)).ToArray();
        if (target == "plan" && parsed.GetValue(_kernel) is null && parts.Length != 1)
        {
            buffer.Write(Encoding.UTF8.GetBytes("[\n" + string.Join(",\n", parts.Select(part => Encoding.UTF8.GetString(part).TrimEnd())) + "\n]\n"));
        }
        else
        {
            Array.ForEach(parts, part => buffer.Write(part));
        }

        if (output is not null)
        {
            AtomicFile.Write(output, stream => buffer.WriteTo(stream));
        }
        else
        {
            context.Output.Write(Encoding.UTF8.GetString(buffer.ToArray()));
        }

        return (int)ExitCode.Success;
    }

    private byte[] Emit(KernelCompilation compilation, BoundKernel kernel, string target, ParseResult parsed)
    {
        var program = PlainSchedule.Lower(kernel, Instance(kernel, parsed));
        switch (target)
        {
            case "csharp":
                return Text(Backends.EmitCSharp(program, kernel.Name, compilation.Source).Text);
            case "plan":
                return Text(Backends.PlanText(Backends.EmitCuda(program).Plan));
            case "cuda":
                return Text(Backends.EmitCuda(program).Text);
            default:
                var form = target == "ptx" ? NvrtcOutput.Ptx : NvrtcOutput.Cubin;
                var result = Backends.CompileCuda(Backends.EmitCuda(program).Text, kernel.Name, parsed.GetRequiredValue(_architecture), form);
                return form == NvrtcOutput.Ptx ? Text(result.Text) : [.. result.Code];
        }
    }

    /// <summary>Types and consts; those that are not given take their default, or else the first that is allowed.</summary>
    private KernelInstance Instance(BoundKernel kernel, ParseResult parsed)
    {
        var values = new NamedValues();
        var all = new NamedValues();
        all.Add("--param", parsed.GetRequiredValue(_parameters));

        // With several kernels in the file a name belongs to those that have it.
        var own = kernel.TypeParameters.Select(type => type.Name).Concat(kernel.Consts.Select(constant => constant.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var name in all.Names)
        {
            all.TryGet(name, out var text, out var source);
            if (own.Contains(name) || parsed.GetValue(_kernel) is not null)
            {
                values.Set(name, text, source);
            }
        }

        var sizes = CallSizesReader.Read(kernel, values);
        CallSizesReader.CompleteTypes(kernel, sizes, _ => null);
        foreach (var constant in kernel.Consts.Where(constant => !sizes.Numbers.ContainsKey(constant)))
        {
            var value = constant.Default ?? (constant.Allowed.Length > 0 ? constant.Allowed[0]
                : throw ToolException.Usage(ArgumentDiagnostics.MissingConst, constant.Name, ""));
            sizes.Set(constant, value, "its default");
        }

        CallSizesReader.CheckConsts(kernel, sizes);
        return sizes.Instance(kernel);
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text.EndsWith('\n') ? text : text + "\n");
}
