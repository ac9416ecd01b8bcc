using KernelDsl.Kernels.Tests.Harness;

namespace KernelDsl.Kernels.Tests.Cases;

/// <summary>Sparse matrices and graphs; the random patterns have empty rows.</summary>
internal static class SparseCases
{
    public static ImmutableArray<OracleCase> All { get; } =
    [
        new("spmm", "odd", "M=13,K=11,N=5", c => Product(c, Csr(c))),
        new("spmm", "one row", "M=1,K=1,N=1", c => Product(c, Csr(c))),
        new("block_sparse", "odd", "M=96,K=64,N=5", c => Product(c, Bsr(c, 32, 32))),
        new("spmm_bsr", "blocks of 8 by 4", "M=40,K=24,N=5,R=8,Q=4", c => Product(c, Bsr(c, 8, 4))),
        new("spmv_csr", "odd", "M=13,K=11", c => Product(c, Csr(c))),
        new("spmv_csc", "odd", "M=13,K=11", c => Product(c, Csc(c))),
        new("spmv_coo", "odd", "M=13,K=11", c => Product(c, Coo(c))),
        new("spmv_ell", "odd", "M=13,K=11,WIDTH=3", c => Product(c, Ell(c))),
        new("spmm_csc", "odd", "M=13,K=11,N=5", c => Product(c, Csc(c))),
        new("spmm_coo", "odd", "M=13,K=11,N=5", c => Product(c, Coo(c))),
        new("spmm_ell", "odd", "M=13,K=11,N=5,WIDTH=3", c => Product(c, Ell(c))),
        new("spmm_2_of_4", "odd", "M=13,K=12,N=5", c => Product(c, TwoOfFour(c))),
        new("sddmm", "odd", "M=13,N=11,D=7", Sampled),
        new("sparse_softmax", "odd", "M=13,N=11", SparseSoftmax),
        new("sparse_softmax", "scores of ±1e4", "M=13,N=11", SparseSoftmax, c => Array.ForEach(Enumerable.Range(0, c["a.values"].Length).ToArray(), p => c["a.values"].Values[p] = ((p % 3) - 1) * 1e4)),
        new("graph_max", "odd", "M=13,N=11,D=7", c => Aggregate(c, edges => edges.Count == 0 ? 0 : edges.Aggregate(double.NegativeInfinity, Math.Max))),
        new("graph_max", "NaN spreads", "M=13,N=11,D=3", c => Aggregate(c, edges => edges.Count == 0 ? 0 : edges.Aggregate(double.NegativeInfinity, Math.Max)), c => c["x"][4, 1] = double.NaN),
        new("graph_mean", "odd", "M=13,N=11,D=7", c => Aggregate(c, edges => edges.Count == 0 ? 0 : edges.Average())),
        new("graph_attention", "odd", "M=13,N=11,D=7,E=5", GraphAttention),
        new("scatter_add", "collisions, outside", "P=17,D=3,N=7", c => Scatter(c, Enumerable.Sum), Outside),
        new("scatter_max", "collisions, outside", "P=17,D=3,N=7", c => Scatter(c, rows => rows.Aggregate(double.NegativeInfinity, Math.Max)), Outside),
        new("scatter_min", "collisions, outside", "P=17,D=3,N=7", c => Scatter(c, rows => rows.Aggregate(double.PositiveInfinity, Math.Min)), Outside),
        new("histogram", "outside", "P=17,N=7", c => Array.ForEach(Inside(c, 7), u => c.Out("count")[u]++), Outside),
        new("gather_rows", "outside", "P=17,D=3,N=7,other=-2.5", c => Loops.Over(c.Out("y").Shape, at =>
        {
            var u = c["index"].Int(at[0]);
            c.Out("y")[at] = u is >= 0 and < 7 ? c["x"][u, at[1]] : -2.5;
        }), Outside),
        new("segment_sum", "empty segments", "S=5,p=11,D=3", c => Segments(c, (s, first, end) =>
        {
            for (var d = 0; d < 3; d++)
            {
                c.Out("y")[s, d] = Loops.Sum(end - first, p => c["x"][first + p, d]);
            }
        })),
        new("segment_softmax", "empty segments", "S=5,p=11", c => Segments(c, (s, first, end) =>
        {
            for (var p = first; p < end; p++)
            {
                c.Out("y")[p] = Math.Exp(c["x"][p]) / Loops.Sum(end - first, o => Math.Exp(c["x"][first + o]));
            }
        })),
    ];

    private static void Outside(CaseData c) => (c["index"].Values[1], c["index"].Values[5], c["index"].Values[9]) = (-1, 7, int.MaxValue);

    private static int[] Inside(CaseData c, int size) => c["index"].Values.Where(u => u >= 0 && u < size).Select(u => (int)u).ToArray();

    /// <summary>The stored points of a csr matrix with their places in the arrays.</summary>
    private static List<(int Row, int Column, double Value)> Csr(CaseData c)
    {
        var points = new List<(int, int, double)>();
        var (offsets, columns) = (c["a.offsets"], c["a.indices"]);
        for (var i = 0; i + 1 < offsets.Length; i++)
        {
            for (var p = offsets.Int(i); p < offsets.Int(i + 1); p++)
            {
                points.Add((i, columns.Int(p), c["a.values"][p]));
            }
        }

        return points;
    }

    private static List<(int Row, int Column, double Value)> Csc(CaseData c) => Csr(c).Select(p => (p.Column, p.Row, p.Value)).ToList();

    private static List<(int Row, int Column, double Value)> Coo(CaseData c)
        => Enumerable.Range(0, c["a.values"].Length).Select(p => (c["a.indices"].Int(0, p), c["a.indices"].Int(1, p), c["a.values"][p])).ToList();

    private static List<(int Row, int Column, double Value)> Ell(CaseData c)
    {
        var points = new List<(int, int, double)>();
        Loops.Over(c["a.values"].Shape, at =>
        {
            if (c["a.indices"][at] >= 0)
            {
                points.Add((at[0], c["a.indices"].Int(at), c["a.values"][at]));
            }
        });
        return points;
    }

    private static List<(int Row, int Column, double Value)> Bsr(CaseData c, int rows, int columns)
    {
        var points = new List<(int, int, double)>();
        var offsets = c["a.offsets"];
        for (var i = 0; i + 1 < offsets.Length; i++)
        {
            for (var p = offsets.Int(i); p < offsets.Int(i + 1); p++)
            {
                var (block, row) = (p, i);
                Loops.Over([rows, columns], at => points.Add(((row * rows) + at[0], (c["a.indices"].Int(block) * columns) + at[1], c["a.values"][block, at[0], at[1]])));
            }
        }

        return points;
    }

    private static List<(int Row, int Column, double Value)> TwoOfFour(CaseData c)
    {
        var points = new List<(int, int, double)>();
        Loops.Over(c["a.values"].Shape, at => points.Add((at[0], (at[1] / 2 * 4) + c["a.indices"].Int(at), c["a.values"][at])));
        return points;
    }

    private static void Product(CaseData c, List<(int Row, int Column, double Value)> points)
    {
        var (x, y) = (c["x"], c.Out("y"));
        foreach (var (row, column, value) in points)
        {
            if (x.Shape.Length == 1)
            {
                y[row] += value * x[column];
                continue;
            }

            for (var n = 0; n < (int)x.Shape[1]; n++)
            {
                y[row, n] += value * x[column, n];
            }
        }
    }

    private static double Dot(Grid q, int i, Grid k, int j) => Loops.Sum((int)q.Shape[1], d => q[i, d] * k[j, d]);

    private static void Sampled(CaseData c)
    {
        var points = Csr(c);
        for (var p = 0; p < points.Count; p++)
        {
            c.Out("s.values")[p] = points[p].Value * Dot(c["q"], points[p].Row, c["k"], points[p].Column);
        }
    }

    private static void SparseSoftmax(CaseData c)
    {
        var points = Csr(c);
        for (var p = 0; p < points.Count; p++)
        {
            var row = points.Where(other => other.Row == points[p].Row).Select(other => other.Value).ToArray();
            c.Out("s.values")[p] = Math.Exp(points[p].Value - row.Max()) / row.Sum(v => Math.Exp(v - row.Max()));
        }
    }

    private static void Aggregate(CaseData c, Func<List<double>, double> combine)
    {
        var points = Csr(c);
        Loops.Over(c.Out("y").Shape, at => c.Out("y")[at] = combine(points.Where(p => p.Row == at[0]).Select(p => p.Value * c["x"][p.Column, at[1]]).ToList()));
    }

    private static void GraphAttention(CaseData c)
    {
        var points = Csr(c);
        Loops.Over(c.Out("o").Shape, at =>
        {
            var row = points.Where(p => p.Row == at[0]).Select(p => (Weight: Math.Exp(p.Value * Dot(c["q"], p.Row, c["k"], p.Column) / Math.Sqrt(c.Size("D"))), p.Column)).ToArray();
            c.Out("o")[at] = row.Length == 0 ? 0 : row.Sum(p => p.Weight * c["v"][p.Column, at[1]]) / row.Sum(p => p.Weight);
        });
    }

    private static void Scatter(CaseData c, Func<IEnumerable<double>, double> combine) => Loops.Over(c.Out("y").Shape, at =>
        c.Out("y")[at] = combine(Enumerable.Range(0, 17).Where(p => c["index"].Int(p) == at[0]).Select(p => c["x"][p, at[1]])));

    private static void Segments(CaseData c, Action<int, int, int> body)
    {
        for (var s = 0; s < c.Size("S"); s++)
        {
            body(s, c["start"].Int(s), c["start"].Int(s + 1));
        }
    }
}
