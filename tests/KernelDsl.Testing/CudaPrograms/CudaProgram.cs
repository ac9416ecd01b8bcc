namespace KernelDsl.Testing.CudaPrograms;

/// <summary>An argument of a program.</summary>
internal abstract record CudaArgument(string Name);

/// <summary>A 32-bit integer.</summary>
internal sealed record CudaScalar(string Name, int Value) : CudaArgument(Name);

/// <summary>
/// An array in global memory, as 32-bit words: the bits of floats or integers, or two halves. <c>Expected</c> is what it holds afterwards; default for
/// arrays that are only read. With tolerance 0 the words are equal, otherwise floats differ by no more than that share of the expected.
/// </summary>
internal sealed record CudaArray(string Name, string Type, ImmutableArray<int> Words, ImmutableArray<int> Expected = default, double Tolerance = 0) : CudaArgument(Name)
{
    /// <summary>Whether the program writes all of it, so that nothing needs to be there before.</summary>
    public bool StartsUnwritten { get; init; }

    public static CudaArray In(string name, float[] values) => new(name, "float", Bits(values));

    public static CudaArray In(string name, int[] values) => new(name, "int", [.. values]);

    public static CudaArray Out(string name, float[] expected, double tolerance = 0)
        => new(name, "float", [.. new int[expected.Length]], Bits(expected), tolerance) { StartsUnwritten = true };

    public static CudaArray Out(string name, int[] expected) => new(name, "int", [.. new int[expected.Length]], [.. expected]) { StartsUnwritten = true };

    /// <summary>An array of zeros that the program adds to.</summary>
    public static CudaArray Sum(string name, string type, int[] expected) => new(name, type, [.. new int[expected.Length]], [.. expected]);

    /// <summary>Whether words are what was expected of this array.</summary>
    public bool Accepts(ReadOnlySpan<int> words)
    {
        if (Expected.IsDefault)
        {
            return words.SequenceEqual(Words.AsSpan());
        }

        if (Tolerance == 0 || words.Length != Expected.Length)
        {
            return words.SequenceEqual(Expected.AsSpan());
        }

        for (var i = 0; i < words.Length; i++)
        {
            double expected = BitConverter.Int32BitsToSingle(Expected[i]);
            if (!(Math.Abs(BitConverter.Int32BitsToSingle(words[i]) - expected) <= Tolerance * Math.Abs(expected)))
            {
                return false;
            }
        }

        return true;
    }

    private static ImmutableArray<int> Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];
}

/// <summary>Three extents.</summary>
internal readonly record struct CudaExtents(int X, int Y = 1, int Z = 1);

/// <summary>A hand-written program, how to launch it, and what it computes. Its texts lie in <c>Sources</c>.</summary>
/// <param name="Name">The name of the function and of the file.</param>
/// <param name="Grid">Blocks.</param>
/// <param name="Block">Threads of each.</param>
/// <param name="DynamicSharedBytes">Shared memory that the launch adds.</param>
/// <param name="Arguments">In the order of the function.</param>
/// <param name="RunsOnHost">Whether <c>host_shim.h</c> can play it: it has no instructions that only a GPU has.</param>
internal sealed record CudaProgram(
    string Name, CudaExtents Grid, CudaExtents Block, int DynamicSharedBytes, ImmutableArray<CudaArgument> Arguments, bool RunsOnHost = true)
{
    /// <summary>The CUDA C.</summary>
    public string Text { get; } = Read(Name + ".cu");

    public override string ToString() => Name;

    /// <summary>An embedded text of this folder.</summary>
    public static string Read(string file)
    {
        using var stream = typeof(CudaProgram).Assembly.GetManifestResourceStream(file) ?? throw new InvalidOperationException($"The text {file} is not embedded.");
        return new StreamReader(stream).ReadToEnd();
    }
}
