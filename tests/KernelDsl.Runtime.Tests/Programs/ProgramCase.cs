using KernelDsl.Compiler.Tiles;
using KernelDsl.Testing.Execution;

namespace KernelDsl.Runtime.Tests.Programs;

/// <summary>A program, the data it runs on, and how far a back end may be from the interpreter.</summary>
/// <param name="Program">The program.</param>
/// <param name="Fill">Fills the inputs; outputs and lengths are made from the program.</param>
/// <param name="Units">The allowed distance in units of the last place of the output's own type, and of the largest value of the result when sums cancel.</param>
internal sealed record ProgramCase(LoopProgram Program, Action<KernelArguments> Fill, double Units = 0)
{
    public override string ToString() => Program.Name;

    /// <summary>Runs both, and fails where an output differs.</summary>
    public void Check(CompiledKernel kernel)
    {
        var (expected, actual) = (Arguments(), Arguments());
        LoopProgramInterpreter.Run(Program, expected);
        kernel.Run(actual);
        foreach (var buffer in Program.Buffers.Where(b => b.Role == BufferRole.Output))
        {
            Compare(expected.Buffers[buffer.Name], actual.Buffers[buffer.Name], buffer.Name);
        }
    }

    private KernelArguments Arguments()
    {
        var arguments = new KernelArguments();
        Fill(arguments);
        return arguments;
    }

    private void Compare(HostBuffer expected, HostBuffer actual, string name)
    {
        for (long i = 0; i < expected.Length; i++)
        {
            var (e, a) = (ElementMemory.Load(expected, i), ElementMemory.Load(actual, i));
            Assert.True(IsNear(e, a, expected.Element), $"{Program.Name}.{name}[{i}] is {Show(a)}, not {Show(e)}");
        }
    }

    private bool IsNear(Scalar expected, Scalar actual, ElementType element)
    {
        if (!expected.IsFloat)
        {
            return expected.Integer == actual.Integer;
        }

        var (e, a) = (expected.Number, actual.Number);
        if (double.IsNaN(e) || double.IsNaN(a) || double.IsInfinity(e) || double.IsInfinity(a))
        {
            return e.Equals(a);
        }

        var (unit, tiny) = element == ElementType.F64 ? (Math.ScaleB(1, -52), double.Epsilon) : (Math.ScaleB(1, -23), Math.ScaleB(1, -149));
        return Math.Abs(e - a) <= Units * ((unit * Math.Abs(e)) + tiny);
    }

    private static string Show(Scalar value) => value.IsFloat ? value.Number.ToString("R") : value.Integer.ToString();
}
