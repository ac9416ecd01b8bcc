using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace KernelDsl.Testing.CudaPrograms;

/// <summary>Compiles a program with g++ and <c>host_shim.h</c>, and runs it: a check of the programs themselves. Slow: a thread for each GPU thread.</summary>
internal static class HostCudaProgram
{
    /// <summary>The words of each array after the run, in the order of the arguments.</summary>
    /// <param name="program">The program.</param>
    /// <param name="text">Its text, perhaps changed.</param>
    /// <exception cref="InvalidOperationException">g++ or the program fails.</exception>
    public static ImmutableArray<int[]> Run(CudaProgram program, string text)
    {
        var folder = Directory.CreateTempSubdirectory("kdsl-cuda-");
        try
        {
            var source = Path.Combine(folder.FullName, "program.cpp");
            var binary = Path.Combine(folder.FullName, "program");
            File.WriteAllText(source, CudaProgram.Read("host_shim.h") + text.Replace("extern __shared__", "extern", StringComparison.Ordinal) + Main(program));
            Start("g++", ["-std=c++20", "-O1", "-pthread", "-ffp-contract=off", "-o", binary, source], []);
            var output = MemoryMarshal.Cast<byte, int>(Start(binary, [], Input(program)));
            var arrays = ImmutableArray.CreateBuilder<int[]>();
            foreach (var array in program.Arguments.OfType<CudaArray>())
            {
                arrays.Add(output[..array.Words.Length].ToArray());
                output = output[array.Words.Length..];
            }

            return arrays.ToImmutable();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[] Input(CudaProgram program)
        => MemoryMarshal.AsBytes(program.Arguments.OfType<CudaArray>().SelectMany(array => array.Words).ToArray().AsSpan()).ToArray();

    private static string Main(CudaProgram program)
    {
        var arrays = program.Arguments.OfType<CudaArray>().ToArray();
        var text = new StringBuilder("int main()\n{\n");
        foreach (var array in arrays)
        {
            text.Append($"    alignas(16) static int array_{array.Name}[{array.Words.Length}];\n");
            text.Append($"    if (fread(array_{array.Name}, 4, {array.Words.Length}, stdin) != {array.Words.Length}) return 1;\n");
        }

        var arguments = program.Arguments.Select(argument => argument switch
        {
            CudaArray array => $"({array.Type}*)array_{array.Name}",
            CudaScalar scalar => $"{scalar.Value}",
            _ => throw new InvalidOperationException($"{argument} is no argument."),
        });
        text.Append($"    run({{{Of(program.Grid)}}}, {{{Of(program.Block)}}}, [] {{ {program.Name}({string.Join(", ", arguments)}); }});\n");
        foreach (var array in arrays)
        {
            text.Append($"    fwrite(array_{array.Name}, 4, {array.Words.Length}, stdout);\n");
        }

        return text.Append("    return 0;\n}\n").ToString();
    }

    private static string Of(CudaExtents extents) => $"{extents.X}, {extents.Y}, {extents.Z}";

    private static byte[] Start(string file, string[] arguments, byte[] input)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return process.ExitCode == 0 ? output.ToArray() : throw new InvalidOperationException($"{file} ended with {process.ExitCode}:\n{errors.Result}");
    }
}
