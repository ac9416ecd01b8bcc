using KernelDsl.Kernels.Tests.Harness;

namespace KernelDsl.Kernels.Tests.Cases;

/// <summary>Kernels over the rows of a matrix: normalisation, softmax, loss, activations, ranking.</summary>
internal static class RowCases
{
    public static ImmutableArray<OracleCase> All { get; } =
    [
        new("rms_norm", "odd", "R=5,C=33", c => Rows(c, (x, y, r) =>
        {
            var scale = 1 / Math.Sqrt(x.Average(v => v * v) + c.Scalar("eps"));
            Fill(y, j => x[j] * scale * c["gain"][j]);
        })),
        new("rms_norm", "row of zeros, one column", "R=2,C=1", c => Rows(c, (x, y, r) => y[0] = x[0] / Math.Sqrt((x[0] * x[0]) + c.Scalar("eps")) * c["gain"][0]), c => c["x"][0, 0] = 0),
        new("layer_norm", "odd", "R=5,C=33", LayerNorm),
        new("layer_norm", "mean far from zero", "R=3,C=9,T=f32", LayerNorm, c => Array.ForEach(Enumerable.Range(0, 27).ToArray(), i => c["x"].Values[i] += 1000))
        {
            Amplification = 1000, // x - mean cancels three digits
        },
        new("group_norm", "odd", "N=2,C=15,H=3,W=5,G=5", GroupNorm),
        new("group_norm", "one group", "N=1,C=3,H=1,W=2,G=1", GroupNorm),
        new("softmax_rows", "odd", "R=5,C=33", Softmax),
        new("softmax_rows", "logits of ±1e4", "R=2,C=5", Softmax, c => ((double[])[1e4, -1e4, 1e4, 0, 9999, -1e4, -1e4, -1e4, -1e4, -1e4]).CopyTo(c["x"].Values.AsSpan())),
        new("softmax_rows", "one column", "R=2,C=1", Softmax),
        new("log_softmax_rows", "odd", "R=5,C=33", LogSoftmax),
        new("log_softmax_rows", "logits of ±1e4", "R=1,C=5", LogSoftmax, c => ((double[])[1e4, -1e4, 1e4, 0, 9984]).CopyTo(c["x"].Values.AsSpan())),
        new("cross_entropy", "ignored, outside", "N=7,C=11,ignore_index=3", CrossEntropy, c => ((double[])[0, 3, 10, -1, 11, 3, 5]).CopyTo(c["target"].Values.AsSpan())),
        new("cross_entropy", "no row counts", "N=2,C=3,ignore_index=1", CrossEntropy, c => c["target"].Values.AsSpan().Fill(1)),
        new("gelu_erf", "odd", "R=3,C=33", c => Map(c, "x", (x, _) => Gelu(x)), Tails),
        new("gelu_tanh", "odd", "R=3,C=33", c => Map(c, "x", (x, _) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))))), Tails),
        new("swiglu", "odd", "R=3,C=33", c => Map(c, "gate", (g, i) => g * Loops.Sigmoid(g) * c["up"].Values[i])),
        new("geglu", "odd", "R=3,C=33", c => Map(c, "gate", (g, i) => Gelu(g) * c["up"].Values[i])),
        new("softplus_map", "tails", "R=3,C=33", c => Map(c, "x", (x, _) => x > 0 ? x + Math.Log(1 + Math.Exp(-x)) : LogOnePlus(Math.Exp(x))), Tails),
        new("argmax_rows", "ties", "R=3,C=9", ArgMax, c => Array.ForEach(Enumerable.Range(0, 27).ToArray(), i => c["x"].Values[i] = i % 4)),
        new("argmax_rows", "NaN wins", "R=2,C=9", ArgMax, c => c["x"][1, 4] = double.NaN),
        new("topk_rows", "odd", "R=3,C=33,K=5", c => Ranked(c, (a, b) => b.CompareTo(a))),
        new("topk_rows", "ties, all of them", "R=3,C=6,K=6", c => Ranked(c, (a, b) => b.CompareTo(a)), c => Array.ForEach(Enumerable.Range(0, 18).ToArray(), i => c["x"].Values[i] = i % 3)),
        new("sort_rows", "odd", "R=3,C=33", c => Ranked(c, (a, b) => a.CompareTo(b))),
        new("sort_rows", "ties", "R=3,C=6", c => Ranked(c, (a, b) => a.CompareTo(b)), c => Array.ForEach(Enumerable.Range(0, 18).ToArray(), i => c["x"].Values[i] = i % 3)),
    ];

    private static double Gelu(double x) => 0.5 * x * (1 + Loops.Erf(x / Math.Sqrt(2)));

    private static double LogOnePlus(double x) => x < 1e-5 ? x - (x * x / 2) : Math.Log(1 + x);

    private static void Tails(CaseData c) => ((double[])[-50, -8, -4, -1e-3, 0, 1e-3, 4, 8, 50]).CopyTo(c["x"].Values.AsSpan());

    private static void Fill(Span<double> y, Func<int, double> value)
    {
        for (var j = 0; j < y.Length; j++)
        {
            y[j] = value(j);
        }
    }

    private delegate void RowBody(double[] x, Span<double> y, int row);

    private static void Rows(CaseData c, RowBody body)
    {
        var width = (int)c["x"].Shape[1];
        for (var r = 0; r < (int)c["x"].Shape[0]; r++)
        {
            body(c["x"].Values[(r * width)..((r + 1) * width)], c.Out("y").Values.AsSpan(r * width, width), r);
        }
    }

    private static void Map(CaseData c, string input, Func<double, int, double> function) => Fill(c.Out("y").Values, i => function(c[input].Values[i], i));

    private static void LayerNorm(CaseData c) => Rows(c, (x, y, r) =>
    {
        var mean = x.Average();
        var inverse = 1 / Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + c.Scalar("eps"));
        Fill(y, j => ((x[j] - mean) * inverse * c["gain"][j]) + c["bias"][j]);
        c.Out("average")[r] = mean;
        c.Out("inverse")[r] = inverse;
    });

    private static void GroupNorm(CaseData c)
    {
        var (x, size) = (c["x"], c.Size("C") / c.Size("G"));
        Loops.Over(x.Shape, at =>
        {
            var first = at[1] / size * size;
            var group = new List<double>();
            Loops.Over([size, x.Shape[2], x.Shape[3]], p => group.Add(x[at[0], first + p[0], p[1], p[2]]));
            var mean = group.Average();
            var variance = group.Average(v => (v - mean) * (v - mean));
            c.Out("o")[at] = ((x[at] - mean) / Math.Sqrt(variance + c.Scalar("eps")) * c["gain"][at[1]]) + c["bias"][at[1]];
        });
    }

    private static void Softmax(CaseData c) => Rows(c, (x, y, _) => Fill(y, j => Math.Exp(x[j] - x.Max()) / x.Sum(v => Math.Exp(v - x.Max()))));

    private static void LogSoftmax(CaseData c) => Rows(c, (x, y, _) => Fill(y, j => x[j] - x.Max() - Math.Log(x.Sum(v => Math.Exp(v - x.Max())))));

    private static void CrossEntropy(CaseData c)
    {
        var (x, classes, kept) = (c["x"], c.Size("C"), new List<double>());
        for (var n = 0; n < c.Size("N"); n++)
        {
            var target = c["target"].Int(n);
            if (target >= 0 && target < classes && target != (int)c.Scalar("ignore_index"))
            {
                var row = x.Values[(n * classes)..((n + 1) * classes)];
                c.Out("row")[n] = row.Max() + Math.Log(row.Sum(v => Math.Exp(v - row.Max()))) - row[target];
                kept.Add(c.Out("row")[n]);
            }
        }

        c.Out("loss").Values[0] = kept.Count == 0 ? 0 : kept.Average();
    }

    private static void ArgMax(CaseData c)
    {
        for (var r = 0; r < c.Size("R"); r++)
        {
            var best = 0;
            for (var j = 1; j < c.Size("C") && !double.IsNaN(c["x"][r, best]); j++)
            {
                best = c["x"][r, j] > c["x"][r, best] || double.IsNaN(c["x"][r, j]) ? j : best;
            }

            (c.Out("value")[r], c.Out("at")[r]) = (c["x"][r, best], best);
        }
    }

    private static void Ranked(CaseData c, Comparison<double> order)
    {
        for (var r = 0; r < c.Size("R"); r++)
        {
            var row = r;
            var places = Enumerable.Range(0, c.Size("C")).OrderBy(j => c["x"][row, j], Comparer<double>.Create(order)).ToArray(); // stable
            for (var k = 0; k < (int)c.Out("at").Shape[1]; k++)
            {
                (c.Out("value")[r, k], c.Out("at")[r, k]) = (c["x"][r, places[k]], places[k]);
            }
        }
    }
}
