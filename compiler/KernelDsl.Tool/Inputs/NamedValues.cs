namespace KernelDsl.Tool.Inputs;

/// <summary>Values given by name, each with where it was given: <c>--dims</c>, <c>--param</c>, <c>--set</c>, or an example.</summary>
internal sealed class NamedValues
{
    private readonly Dictionary<string, (string Text, string Source)> _values = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _values.Keys;

    /// <summary>Adds <c>B=2,M=33</c>; a later value of a name replaces an earlier one.</summary>
    /// <exception cref="ToolException">A part is not an assignment.</exception>
    public void Add(string source, IEnumerable<string> assignments)
    {
        foreach (var assignment in assignments.SelectMany(text => text.Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            var equals = assignment.IndexOf('=');
            if (equals <= 0 || equals == assignment.Length - 1)
            {
                throw ToolException.Usage(ArgumentDiagnostics.MalformedAssignment, assignment);
            }

            _values[assignment[..equals].Trim()] = (assignment[(equals + 1)..].Trim(), source);
        }
    }

    public void Set(string name, string text, string source) => _values[name] = (text, source);

    public bool TryGet(string name, out string text, out string source)
    {
        var found = _values.TryGetValue(name, out var value);
        (text, source) = value;
        return found;
    }
}
