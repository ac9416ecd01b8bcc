using KernelDsl.Kernels.Tests.Harness;

namespace KernelDsl.Kernels.Tests.Cases;

/// <summary>Recurrent networks, scans and dynamic programs.</summary>
internal static class RecurrentCases
{
    public static ImmutableArray<OracleCase> All { get; } =
    [
        new("lstm", "odd", "L=5,B=2,I=3,U=4", Lstm),
        new("lstm", "one step", "L=1,B=1,I=1,U=1", Lstm),
        new("gru", "odd", "L=5,B=2,I=3,U=4", Gru),
        new("minimal_gated_unit", "odd", "L=5,B=2,I=3,U=4", Mgu),
        new("elman", "tanh", "L=5,B=2,I=3,U=4", c => Elman(c, Math.Tanh)),
        new("elman", "rectifier", "L=4,B=2,I=3,U=4,RELU=1", c => Elman(c, z => Math.Max(z, 0))),
        new("selective_scan", "odd", "B=2,L=7,E=5,N=3", SelectiveScan, c => Decaying(c["a"])),
        new("cumsum", "odd", "B=3,L=31", c => Rows(c, "c", (x, y) => { for (var t = 0; t < x.Length; t++) { y[t] = (t > 0 ? y[t - 1] : 0) + x[t]; } })),
        new("reverse_cumsum", "odd", "B=3,L=31", c => Rows(c, "c", (x, y) => { for (var t = 0; t < x.Length; t++) { y[t] = x[t..].Sum(); } })),
        new("cummax", "NaN stays", "B=2,L=9", c => Rows(c, "c", (x, y) => { for (var t = 0; t < x.Length; t++) { y[t] = x[..(t + 1)].Aggregate(Math.Max); } }), c => c["x"][1, 4] = double.NaN),
        new("advantage", "odd", "B=3,L=9", Advantage),
        new("linear_recurrence", "odd", "B=2,L=9,D=5", LinearRecurrence),
        new("edit_distance", "odd", "B=4,M=7,N=9", EditDistance, c => Array.ForEach(Enumerable.Range(0, 36).ToArray(), i => { c["c"].Values[i] = i % 3; c["a"].Values[i % 28] = i % 4; })),
        new("edit_distance", "one letter", "B=2,M=1,N=1", EditDistance),
        new("dynamic_time_warping", "odd", "B=3,M=7,N=9", Warping),
        new("dynamic_time_warping", "one point", "B=2,M=1,N=4", Warping),
    ];

    private static void Decaying(Grid a) => Array.ForEach(Enumerable.Range(0, a.Length).ToArray(), i => a.Values[i] = -Math.Abs(a.Values[i]));

    private static void Rows(CaseData c, string output, Action<double[], double[]> body)
    {
        var width = (int)c["x"].Shape[1];
        for (var r = 0; r < (int)c["x"].Shape[0]; r++)
        {
            var y = new double[width];
            body(c["x"].Values[(r * width)..((r + 1) * width)], y);
            y.CopyTo(c.Out(output).Values.AsSpan(r * width));
        }
    }

    /// <summary>W_gate x_t for one unit, and R_gate h.</summary>
    private static double Input(CaseData c, int gate, int t, int b, int u) => Loops.Sum(c.Size("I"), i => c["w"][gate, u, i] * c["x"][t, b, i]);

    private static double Hidden(CaseData c, int gate, int u, double[] h) => Loops.Sum(c.Size("U"), v => c["r"][gate, u, v] * h[v]);

    private static double[] Row(Grid grid, int b) => Enumerable.Range(0, (int)grid.Shape[1]).Select(u => grid[b, u]).ToArray();

    /// <summary>Steps every batch row from h0 and writes each state.</summary>
    private static void Steps(CaseData c, Func<int, int, double[], double[]> step)
    {
        for (var b = 0; b < c.Size("B"); b++)
        {
            var h = Row(c["h0"], b);
            for (var t = 0; t < c.Size("L"); t++)
            {
                h = step(t, b, h);
                for (var u = 0; u < h.Length; u++)
                {
                    c.Out("h")[t, b, u] = h[u];
                }
            }
        }
    }

    private static double[] Units(CaseData c, Func<int, double> value) => Enumerable.Range(0, c.Size("U")).Select(value).ToArray();

    private static void Lstm(CaseData c)
    {
        var cells = Enumerable.Range(0, c.Size("B")).Select(b => Row(c["c0"], b)).ToArray();
        Steps(c, (t, b, h) =>
        {
            double Gate(int gate, int u) => Input(c, gate, t, b, u) + Hidden(c, gate, u, h) + c["bias"][gate, u];
            cells[b] = Units(c, u => (Loops.Sigmoid(Gate(1, u)) * cells[b][u]) + (Loops.Sigmoid(Gate(0, u)) * Math.Tanh(Gate(2, u))));
            for (var u = 0; u < h.Length; u++)
            {
                c.Out("c")[t, b, u] = cells[b][u];
            }

            return Units(c, u => Loops.Sigmoid(Gate(3, u)) * Math.Tanh(cells[b][u]));
        });
    }

    private static void Gru(CaseData c) => Steps(c, (t, b, h) => Units(c, u =>
    {
        double X(int gate) => Input(c, gate, t, b, u) + c["bias_x"][gate, u];
        double H(int gate) => Hidden(c, gate, u, h) + c["bias_h"][gate, u];
        var (r, z) = (Loops.Sigmoid(X(0) + H(0)), Loops.Sigmoid(X(1) + H(1)));
        return ((1 - z) * Math.Tanh(X(2) + (r * H(2)))) + (z * h[u]);
    }));

    private static void Mgu(CaseData c) => Steps(c, (t, b, h) =>
    {
        var f = Units(c, u => Loops.Sigmoid(Input(c, 0, t, b, u) + Hidden(c, 0, u, h) + c["bias"][0, u]));
        var gated = Units(c, u => f[u] * h[u]);
        return Units(c, u => ((1 - f[u]) * h[u]) + (f[u] * Math.Tanh(Input(c, 1, t, b, u) + Hidden(c, 1, u, gated) + c["bias"][1, u])));
    });

    private static void Elman(CaseData c, Func<double, double> activation) => Steps(c, (t, b, h) => Units(c, u => activation(
        Loops.Sum(c.Size("I"), i => c["w"][u, i] * c["x"][t, b, i]) + Loops.Sum(c.Size("U"), v => c["r"][u, v] * h[v]) + c["bias"][u])));

    private static void SelectiveScan(CaseData c) => Loops.Over([c.Size("B"), c.Size("E")], at =>
    {
        var (b, e, state) = (at[0], at[1], new double[c.Size("N")]);
        for (var t = 0; t < c.Size("L"); t++)
        {
            var delta = Math.Log(1 + Math.Exp(c["dt"][b, t, e]));
            c.Out("y")[b, t, e] = c["d"][e] * c["x"][b, t, e];
            for (var n = 0; n < state.Length; n++)
            {
                state[n] = (Math.Exp(delta * c["a"][e, n]) * state[n]) + (delta * c["bm"][b, t, n] * c["x"][b, t, e]);
                c.Out("y")[b, t, e] += c["cm"][b, t, n] * state[n];
            }
        }
    });

    private static void Advantage(CaseData c)
    {
        var (gamma, lambda, length) = (c.Scalar("gamma"), c.Scalar("lambda"), c.Size("L"));
        double Delta(int b, int t) => c["reward"][b, t] + (gamma * (t + 1 < length ? c["value"][b, t + 1] : c["last"][b])) - c["value"][b, t];

        // The sum of equation 16, not its recurrence.
        Loops.Over(c.Out("a").Shape, at => c.Out("a")[at] = Loops.Sum(length - at[1], l => Math.Pow(gamma * lambda, l) * Delta(at[0], at[1] + l)));
    }

    private static void LinearRecurrence(CaseData c) => Loops.Over([c.Size("B"), c.Size("D")], at =>
    {
        var h = c["h0"][at[0], at[1]];
        for (var t = 0; t < c.Size("L"); t++)
        {
            c.Out("h")[at[0], t, at[1]] = h = (c["a"][at[0], t, at[1]] * h) + c["x"][at[0], t, at[1]];
        }
    });

    private static void EditDistance(CaseData c)
    {
        for (var b = 0; b < c.Size("B"); b++)
        {
            var row = b;
            int Distance(int m, int n) => m == 0 ? n : n == 0 ? m
                : Math.Min(Math.Min(Known(m - 1, n) + 1, Known(m, n - 1) + 1), Known(m - 1, n - 1) + (c["a"][row, m - 1] == c["c"][row, n - 1] ? 0 : 1));
            var known = new Dictionary<(int, int), int>();
            int Known(int m, int n) => known.TryGetValue((m, n), out var d) ? d : known[(m, n)] = Distance(m, n);
            c.Out("distance")[b] = Distance(c.Size("M"), c.Size("N"));
        }
    }

    private static void Warping(CaseData c)
    {
        for (var b = 0; b < c.Size("B"); b++)
        {
            var (m, n) = (c.Size("M"), c.Size("N"));
            var best = new double[m + 1, n + 1];
            for (var i = 0; i <= m; i++)
            {
                for (var j = 0; j <= n; j++)
                {
                    best[i, j] = i == 0 && j == 0 ? 0 : i == 0 || j == 0 ? double.PositiveInfinity
                        : Math.Pow(c["x"][b, i - 1] - c["y"][b, j - 1], 2) + Math.Min(best[i - 1, j - 1], Math.Min(best[i - 1, j], best[i, j - 1]));
                }
            }

            c.Out("distance")[b] = best[m, n];
        }
    }
}
