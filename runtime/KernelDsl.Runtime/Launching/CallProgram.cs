using System.Collections.Immutable;
using System.Globalization;
using KernelDsl.Plans;

namespace KernelDsl.Runtime.Launching;

/// <summary>Finds the sizes of a call from the shapes of its tensors and checks all shapes against them. Its expressions are read once.</summary>
internal sealed class CallProgram
{
    /// <summary>The name by which a solve refers to the size of its axis.</summary>
    public const string SizeName = "#";

    private readonly KernelSignature _signature;
    private readonly ImmutableArray<Solve> _solves;
    private readonly ImmutableArray<ImmutableArray<HostExpression>> _axes;
    private readonly ImmutableArray<HostExpression?> _scalarDefaults;
    private readonly ImmutableArray<int> _constPlaces;
    private readonly ImmutableArray<int> _extentPlaces;
    private readonly ImmutableArray<int> _scalarPlaces;
    private readonly int _sizePlace;

    public CallProgram(KernelSignature signature, PlanProgram program)
    {
        _signature = signature;
        var plan = program.Plan;
        ImmutableArray<string> names = [.. plan.Arguments.Select(a => a.Name), .. plan.SerialVariables, SizeName];
        _sizePlace = names.Length - 1;
        _constPlaces = signature.Consts.Select(c => PlaceOf(c.Argument, plan)).ToImmutableArray();
        _extentPlaces = signature.Extents.Select(e => PlaceOf(e.Argument, plan)).ToImmutableArray();
        _scalarPlaces = signature.Scalars.Select(s => PlaceOf(s.Argument, plan)).ToImmutableArray();
        _solves = signature.Solves.Select(s => new Solve(PlaceOf(s.Argument, plan), s.Array, s.Axis, HostExpression.Parse(s.Value, names))).ToImmutableArray();
        _axes = signature.Arrays.Select(a => a.Axes.Select(axis => HostExpression.Parse(axis.Extent, names)).ToImmutableArray()).ToImmutableArray();
        _scalarDefaults = signature.Scalars.Select(s => s.Default is null ? null : HostExpression.Parse(s.Default, names)).ToImmutableArray();
        ScalarTypes = _scalarPlaces.Select(place => plan.Arguments[place].Type).ToImmutableArray();
        BufferOfArray = signature.Arrays.Select(a => a.Buffer is null ? -1 : Index(plan.Buffers, b => b.Name == a.Buffer)).ToImmutableArray();
    }

    /// <summary>The type of each scalar in the plan.</summary>
    public ImmutableArray<PlanScalar> ScalarTypes { get; }

    /// <summary>For each array of the signature, the index of the plan's buffer; -1 for the shape of a sparse tensor.</summary>
    public ImmutableArray<int> BufferOfArray { get; }

    /// <summary>The places that a call's values take: those of the plan, and one for the size that is looked at.</summary>
    public int ValueCount => _sizePlace + 1;

    public int PlaceOfConst(int index) => _constPlaces[index];

    public int PlaceOfExtent(int index) => _extentPlaces[index];

    public int PlaceOfScalar(int index) => _scalarPlaces[index];

    /// <exception cref="KernelArgumentException">The spec does not allow the value.</exception>
    public static void CheckConst(KernelSignature signature, int index, long? value)
    {
        var constant = signature.Consts[index];
        if (value is { } v && (v < 0 || !(constant.Allowed.IsEmpty || constant.Allowed.Contains(v))))
        {
            var rule = constant.Allowed.IsEmpty ? "it must be at least 0" : "the spec allows " + string.Join(", ", constant.Allowed.Select(allowed => allowed.ToString(CultureInfo.InvariantCulture)));
            throw new KernelArgumentException(RuntimeDiagnostics.ConstNotAllowed, signature.Name, constant.Name, v, rule);
        }
    }

    /// <summary>Fills the values that the call does not pass.</summary>
    /// <param name="call">The shapes.</param>
    /// <param name="values">The values, by their place.</param>
    /// <param name="known">Which of them are known.</param>
    /// <exception cref="KernelShapeException">Shapes do not fit.</exception>
    /// <exception cref="KernelArgumentException">A const has no value or one that is not allowed.</exception>
    public void Resolve(KernelLaunch call, long[] values, bool[] known)
    {
        CheckRanks(call);
        foreach (var solve in _solves)
        {
            if (known[solve.Place])
            {
                continue;
            }

            values[_sizePlace] = call.ShapeOf(solve.Array)[solve.Axis];
            if (IsReady(solve.Value, known, values))
            {
                values[solve.Place] = solve.Value.Evaluate(values);
                known[solve.Place] = true;
            }
        }

        for (var i = 0; i < _constPlaces.Length; i++)
        {
            if (!known[_constPlaces[i]] && !TakeDefault(i, known, values))
            {
                throw new KernelArgumentException(RuntimeDiagnostics.ConstNotGiven, _signature.Name, _signature.Consts[i].Name);
            }

            CheckConst(_signature, i, values[_constPlaces[i]]);
        }

        for (var i = 0; i < _extentPlaces.Length; i++)
        {
            if (!known[_extentPlaces[i]])
            {
                throw new KernelArgumentException(RuntimeDiagnostics.MissingArgument, _signature.Name, _signature.Extents[i].Name, "i64");
            }
        }

        CheckSizes(call, values);
        FillScalars(values, known);
    }

    // What a solve needs and no shape gives may be a const with a default.
    private bool IsReady(HostExpression expression, bool[] known, long[] values)
    {
        foreach (var place in expression.Names)
        {
            if (place != _sizePlace && !known[place])
            {
                var index = _constPlaces.IndexOf(place);
                if (index < 0 || !TakeDefault(index, known, values))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool TakeDefault(int index, bool[] known, long[] values)
    {
        var constant = _signature.Consts[index];
        if ((constant.Default ?? (constant.Allowed.Length == 1 ? constant.Allowed[0] : (long?)null)) is not { } value)
        {
            return false;
        }

        values[_constPlaces[index]] = value;
        return known[_constPlaces[index]] = true;
    }

    private void CheckRanks(KernelLaunch call)
    {
        for (var i = 0; i < _axes.Length; i++)
        {
            if (call.ShapeOf(i).Length != _axes[i].Length)
            {
                throw CallErrors.Rank(_signature, i, call.ShapeOf(i));
            }
        }
    }

    private void CheckSizes(KernelLaunch call, long[] values)
    {
        for (var i = 0; i < _axes.Length; i++)
        {
            for (var axis = 0; axis < _axes[i].Length; axis++)
            {
                var size = call.ShapeOf(i)[axis];
                var expected = _axes[i][axis].Evaluate(values);
                if (expected != size)
                {
                    throw CallErrors.Size(_signature, i, axis, size, expected, call, values, PlaceByName);
                }
            }
        }
    }

    private void FillScalars(long[] values, bool[] known)
    {
        for (var i = 0; i < _scalarPlaces.Length; i++)
        {
            if (known[_scalarPlaces[i]])
            {
                continue;
            }

            values[_scalarPlaces[i]] = _scalarDefaults[i]?.Evaluate(values)
                ?? throw new KernelArgumentException(RuntimeDiagnostics.MissingArgument, _signature.Name, _signature.Scalars[i].Name, _signature.Scalars[i].Element);
        }
    }

    private int PlaceByName(string argument)
    {
        var extent = Index(_signature.Extents, e => e.Argument == argument);
        return extent >= 0 ? _extentPlaces[extent] : _constPlaces[Index(_signature.Consts, c => c.Argument == argument)];
    }

    private static int PlaceOf(string argument, KernelPlan plan)
    {
        var place = Index(plan.Arguments, a => a.Name == argument);
        return place >= 0 ? place : throw new FormatException($"The plan of '{plan.Name}' has no argument '{argument}'.");
    }

    private static int Index<TItem>(ImmutableArray<TItem> items, Func<TItem, bool> isWanted)
    {
        for (var i = 0; i < items.Length; i++)
        {
            if (isWanted(items[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private sealed record Solve(int Place, int Array, int Axis, HostExpression Value);
}
