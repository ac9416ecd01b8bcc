using KernelDsl.Kernels.Tests.Harness;

namespace KernelDsl.Kernels.Tests.Cases;

/// <summary>Matrix products, quantised products, embeddings, mixtures of experts, dropout.</summary>
internal static class ModelCases
{
    public static ImmutableArray<OracleCase> All { get; } =
    [
        new("matmul", "odd", "M=7,K=13,N=5", c => Over(c, "c", (m, n) => Loops.Sum(13, k => c["a"][m, k] * c["b"][k, n]))),
        new("matmul", "one of everything", "M=1,K=1,N=1", c => Over(c, "c", (m, n) => c["a"][0, 0] * c["b"][0, 0])),
        new("batched_matmul", "odd", "B=3,M=7,K=13,N=5", c => Loops.Over(c.Out("c").Shape, at => c.Out("c")[at] = Loops.Sum(13, k => c["a"][at[0], at[1], k] * c["b"][at[0], k, at[2]]))),
        new("linear", "odd", "M=7,K=13,N=5", c => Over(c, "y", (m, n) => Dense(c, m, n))),
        new("linear_gelu", "odd", "M=7,K=13,N=5", c => Over(c, "y", (m, n) => 0.5 * Dense(c, m, n) * (1 + Loops.Erf(Dense(c, m, n) / Math.Sqrt(2))))),
        new("complex_matmul", "odd", "M=5,K=7,N=3", Complex),
        new("grouped_gemm", "empty groups", "p=11,E=4,K=7,N=3", c => Over(c, "y", (p, n) =>
        {
            var e = Enumerable.Range(0, 4).Single(g => c["start"][g] <= p && p < c["start"][g + 1]);
            return Loops.Sum(7, k => c["x"][p, k] * c["w"][e, k, n]);
        })),
        new("w4a16", "odd", "M=3,N=5,K=21,GROUP=7", c => Over(c, "y", (m, n) => Loops.Sum(21, k => c["x"][m, k] * c["w"][n, k] * c["scale"][n, k / 7]))),
        new("i8_matmul", "extreme values", "M=3,N=5,K=33", c => Over(c, "y", (m, n) => Loops.Sum(33, k => c["x"][m, k] * c["w"][n, k]) * c["scale_x"][m] * c["scale_w"][n]), c =>
        {
            c["x"].Values.AsSpan(0, 33).Fill(-128);
            c["w"].Values.AsSpan(0, 33).Fill(-128);
            c["scale_x"].Values.AsSpan().Fill(0.01);
        }),
        new("fp8_matmul", "odd", "M=3,N=5,K=33,scale_x=0.5,scale_w=3", c => Over(c, "y", (m, n) => 1.5 * Loops.Sum(33, k => c["x"][m, k] * c["w"][n, k])), c => c["x"][0, 0] = 448),
        new("quantise_rows", "row of zeros, ties", "M=3,K=9", Quantise, c =>
        {
            // The scale is a power of two, so that no rounding decides a tie.
            ((double[])[127, 0.5, 1.5, -0.5, -127, 2.5, 3.25, 126.5, 0]).CopyTo(c["x"].Values.AsSpan());
            c["x"].Values.AsSpan(9, 9).Clear();
            ((double[])[-254, 1, 3, 5, 253, 0, 100, -7, 8]).CopyTo(c["x"].Values.AsSpan(18));
        }),
        new("embedding", "outside", "N=7,R=5,D=3", c => Over(c, "y", (n, d) => Row(c, n) ? c["table"][c["index"].Int(n), d] : 0), Outside),
        new("embedding_bag_sum", "empty bags, outside", "B=5,p=11,R=5,D=3", c => Bags(c, p => p.Sum()), Outside),
        new("embedding_bag_mean", "empty bags, outside", "B=5,p=11,R=5,D=3", c => Bags(c, p => p.Length == 0 ? 0 : p.Average()), Outside),
        new("embedding_bag_max", "empty bags, outside", "B=5,p=11,R=5,D=3", c => Bags(c, p => p.Length == 0 ? 0 : p.Max()), Outside),
        new("embedding_bag_weighted", "empty bags, outside", "B=5,p=11,R=5,D=3", c => Bags(c, p => p.Sum(), p => c["weight"][p]), Outside),
        new("moe_gate", "odd", "N=7,D=5,E=6,K=3", Gate),
        new("moe_gate", "ties go to the first expert", "N=2,D=1,E=4,K=2,T=f32", Gate, c => ((double[])[1, 1, 1, 1]).CopyTo(c["w"].Values.AsSpan())),
        new("moe_dispatch", "capacity overflows, no expert", "N=17,D=3,K=2,E=4,C=3", Dispatch, c => Experts(c, 4)),
        new("moe_combine", "dropped tokens", "N=7,D=3,K=2,E=4,C=3", c => Over(c, "y", (t, d) => Loops.Sum(2, r =>
            c["slot"].Int(t, r) is >= 0 and < 3 && c["expert"].Int(t, r) is >= 0 and < 4 ? c["weight"][t, r] * c["buffer"][c["expert"].Int(t, r), c["slot"].Int(t, r), d] : 0)), c =>
        {
            Experts(c, 4);
            (c["slot"][0, 1], c["slot"][2, 0], c["slot"][2, 1]) = (3, 5, -1);
        }),
        new("dropout", "odd", "R=5,C=33,rate=0.25,seed=42", Dropout),
        new("dropout", "keeps all", "R=2,C=7,rate=0", Dropout),
    ];

    private static void Over(CaseData c, string output, Func<int, int, double> value) => Loops.Over(c.Out(output).Shape, at => c.Out(output)[at] = value(at[0], at[1]));

    private static double Dense(CaseData c, int m, int n) => Loops.Sum(13, k => c["x"][m, k] * c["w"][n, k]) + c["bias"][n];

    private static void Complex(CaseData c) => Loops.Over([5, 3], at =>
    {
        System.Numerics.Complex sum = 0;
        for (var k = 0; k < 7; k++)
        {
            sum += new System.Numerics.Complex(c["a"][at[0], k, 0], c["a"][at[0], k, 1]) * new System.Numerics.Complex(c["b"][k, at[1], 0], c["b"][k, at[1], 1]);
        }

        (c.Out("c")[at[0], at[1], 0], c.Out("c")[at[0], at[1], 1]) = (sum.Real, sum.Imaginary);
    });

    private static void Quantise(CaseData c)
    {
        for (var m = 0; m < 3; m++)
        {
            var row = m;
            var scale = Enumerable.Range(0, 9).Max(k => Math.Abs(c["x"][row, k])) / 127;
            c.Out("scale")[m] = scale;
            for (var k = 0; k < 9; k++)
            {
                c.Out("y")[m, k] = scale == 0 ? 0 : Math.Clamp(Math.Round(c["x"][m, k] / scale, MidpointRounding.ToEven), -127, 127);
            }
        }
    }

    private static void Outside(CaseData c) => (c["index"].Values[1], c["index"].Values[4]) = (-1, 5);

    private static bool Row(CaseData c, int p) => c["index"].Int(p) is var row && row >= 0 && row < c.Size("R");

    private static void Bags(CaseData c, Func<double[], double> combine, Func<int, double>? weight = null) => Over(c, "y", (b, d) => combine(
        Enumerable.Range(0, c["index"].Length).Where(p => p >= c["start"][b] && p < c["start"][b + 1] && Row(c, p)).Select(p => (weight?.Invoke(p) ?? 1) * c["table"][c["index"].Int(p), d]).ToArray()));

    private static void Gate(CaseData c)
    {
        for (var t = 0; t < c.Size("N"); t++)
        {
            var token = t;
            var logits = Enumerable.Range(0, c.Size("E")).Select(e => Loops.Sum(c.Size("D"), d => c["x"][token, d] * c["w"][e, d])).ToArray();
            var best = Enumerable.Range(0, logits.Length).OrderByDescending(e => logits[e]).Take(c.Size("K")).ToArray(); // stable
            for (var k = 0; k < best.Length; k++)
            {
                // The softmax's denominator cancels when the weights of the chosen are made to sum to 1.
                c.Out("expert")[t, k] = best[k];
                c.Out("weight")[t, k] = Math.Exp(logits[best[k]] - logits.Max()) / best.Sum(e => Math.Exp(logits[e] - logits.Max()));
            }
        }
    }

    /// <summary>Two different experts for a token; the third token has only one.</summary>
    private static void Experts(CaseData c, int count)
    {
        for (var t = 0; t < (int)c["expert"].Shape[0]; t++)
        {
            (c["expert"][t, 0], c["expert"][t, 1]) = (t * 3 % count, ((t * 3) + 1 + (t % 2)) % count);
        }

        c["expert"][2, 1] = -1;
    }

    private static void Dispatch(CaseData c)
    {
        var queues = new int[4];
        for (var t = 0; t < 17; t++)
        {
            for (var r = 0; r < 2; r++)
            {
                var e = c["expert"].Int(t, r);
                c.Out("slot")[t, r] = e < 0 ? -1 : queues[e];
                if (e >= 0 && queues[e]++ < 3)
                {
                    for (var d = 0; d < 3; d++)
                    {
                        c.Out("buffer")[e, queues[e] - 1, d] = c["x"][t, d];
                    }
                }
            }
        }
    }

    private static void Dropout(CaseData c) => Loops.Over(c["x"].Shape, at =>
    {
        var kept = Uniform([(ulong)c.Scalar("seed"), (ulong)at[0], (ulong)at[1]]) >= c.Scalar("rate");
        c.Out("kept")[at] = kept ? 1 : 0;
        c.Out("y")[at] = kept ? c["x"][at] / (1 - c.Scalar("rate")) : 0;
    });

    /// <summary>One step of splitmix64 (Steele et al. 2014) for each counter; the top 24 bits are the number.</summary>
    private static double Uniform(ulong[] counters)
    {
        var state = 0UL;
        foreach (var counter in counters)
        {
            unchecked
            {
                state = (state ^ counter) + 0x9E3779B97F4A7C15;
                state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
                state = (state ^ (state >> 27)) * 0x94D049BB133111EB;
                state ^= state >> 31;
            }
        }

        return (state >> 40) / 16777216.0;
    }
}
