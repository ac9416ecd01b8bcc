namespace KernelDsl.Kernels.Tests.Harness;

/// <summary>One kernel at one set of sizes, with what its result must be according to plain loops.</summary>
/// <param name="Kernel">The kernel's name.</param>
/// <param name="Name">What is special, for the name of the test.</param>
/// <param name="Sizes">As on the command line: <c>B=2,M=13</c>. A type that is not given runs as each that the kernel allows.</param>
/// <param name="Oracle">Fills the expected outputs from the inputs.</param>
/// <param name="Edit">Changes the random inputs; what it writes is rounded to the element type afterwards.</param>
internal sealed record OracleCase(string Kernel, string Name, string Sizes, Action<CaseData> Oracle, Action<CaseData>? Edit = null)
{
    /// <summary>Digits the back ends may lose beyond what counting operations gives, because the result cancels; says why at the case.</summary>
    public double Amplification { get; init; } = 1;

    /// <summary>The case for each combination of element types.</summary>
    public IEnumerable<PreparedCase> Prepare()
    {
        var kernel = Library.Kernel(Kernel);
        var given = new NamedValues();
        given.Add("test", [Sizes]);
        foreach (var types in Combinations(kernel.TypeParameters.Where(type => !given.TryGet(type.Name, out _, out _)).ToArray()))
        {
            var values = new NamedValues();
            values.Add("test", [Sizes, .. types]);
            var work = KernelCase.Prepare(kernel, values, null, seed: 7);
            var data = new CaseData(work);
            if (Edit is not null)
            {
                Edit(data);
                work = data.Store();
            }

            var expected = new CaseData(work);
            Oracle(expected);
            yield return new PreparedCase(string.Join(' ', [Kernel, Name, .. types]), this, work, expected);
        }
    }

    private static IEnumerable<string[]> Combinations(ReadOnlySpan<TypeParameterSymbol> parameters)
    {
        if (parameters.IsEmpty)
        {
            return [[]];
        }

        var first = parameters[0];
        var rest = Combinations(parameters[1..]).ToArray();
        return first.Allowed.SelectMany(type => rest.Select(r => (string[])[$"{first.Name}={type.Name()}", .. r])).ToArray();
    }
}

/// <summary>A case that is ready to run.</summary>
internal sealed record PreparedCase(string Name, OracleCase Case, KernelCase Work, CaseData Expected)
{
    /// <summary>Cases of a kernel that differ in extents or inputs only share one program.</summary>
    public string ProgramKey
    {
        get
        {
            var types = Work.Instance.Types.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value.Name());
            var consts = Work.Instance.Consts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Value}");
            return string.Join(' ', [Work.Kernel.Name, .. types, .. consts]);
        }
    }

    /// <summary>How far two back ends may differ in an output of a type.</summary>
    public Tolerance Allowed(ElementType element)
    {
        var tolerance = element.IsFloat() ? Tolerance.Of(Work, element) : new Tolerance(0, 0);
        return tolerance with { Relative = tolerance.Relative * Case.Amplification };
    }

    public override string ToString() => Name;
}
