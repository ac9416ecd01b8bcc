using KernelDsl.Kernels.Tests.Harness;

namespace KernelDsl.Kernels.Tests.Cases;

internal static class AttentionCases
{
    public static ImmutableArray<OracleCase> All { get; } =
    [
        new("attention", "odd", "B=2,H=3,M=5,N=13,D=11,E=7", c => Dense(c, (b, i, j) => true)),
        new("attention", "one of everything", "B=1,H=1,M=1,N=1,D=1,E=1", c => Dense(c, (b, i, j) => true)),
        new("attention", "large logits", "B=1,H=2,M=3,N=9,D=4,E=3,T=f32", c => Dense(c, (b, i, j) => true), c => c["q"].Values.AsSpan().Fill(5000))
        {
            // Logits near 1e4 have an absolute error of about 1e4 u, which the exponential turns into a relative one.
            Amplification = 1e4,
        },
        new("masked_attention", "rows without a key", "B=2,H=3,M=5,N=13,D=11,E=7",
            c => Dense(c, (b, i, j) => c["mask"][b, i, j] != 0), c =>
            {
                for (var j = 0; j < 13; j++)
                {
                    c["mask"][0, 2, j] = 0;
                    c["mask"][1, 4, j] = 0;
                }
            }),
        new("cross_attention", "grouped, one memory empty", "B=3,H=6,G=2,M=5,N=9,D=11,E=7",
            c => Dense(c, (b, i, j) => j < c["len"][b]), c => ((double[])[4, 0, 9]).CopyTo(c["len"].Values.AsSpan())),
        new("causal_attention", "odd", "B=2,H=6,G=3,M=5,N=14,D=64,window=6", Causal),
        new("causal_attention", "window of one", "B=1,H=2,G=2,M=3,N=3,D=64,window=1", Causal),
        new("paged_decode_attention", "odd", "B=3,H=6,G=3,P=4,D=11,E=7,PAGE=5", Paged, c => ((double[])[20, 0, 6]).CopyTo(c["len"].Values.AsSpan())),
        new("varlen_attention", "empty groups", "H=3,B=5,p=23,r=31,D=11,E=7", c => Ragged(c, (i, m, j, n) => true)),
        new("varlen_attention", "queries without keys", "H=2,B=4,p=9,r=7,D=3,E=2", c => Ragged(c, (i, m, j, n) => true), c =>
        {
            ((double[])[0, 2, 5, 5, 9]).CopyTo(c["qstart"].Values.AsSpan());
            ((double[])[0, 3, 3, 6, 7]).CopyTo(c["kstart"].Values.AsSpan());
        }),
        new("varlen_causal_attention", "more queries than keys", "H=2,B=4,p=11,r=9,D=3,E=2", c => Ragged(c, (i, m, j, n) => n - j >= m - i), c =>
        {
            ((double[])[0, 4, 5, 5, 11]).CopyTo(c["qstart"].Values.AsSpan());
            ((double[])[0, 2, 5, 7, 9]).CopyTo(c["kstart"].Values.AsSpan());
        }),
        new("linear_attention", "odd", "B=2,H=3,L=9,D=5,E=7", c => Linear(c, (b, h, t, d) => c["decay"][h]), c => ((double[])[0.9, 1, 0.5]).CopyTo(c["decay"].Values.AsSpan())),
        new("gated_linear_attention", "odd", "B=2,H=3,L=9,D=5,E=7", c => Linear(c, (b, h, t, d) => 1 / (1 + Math.Exp(-c["gate"][b, h, t, d])))),
        new("rotary_interleaved", "odd", "B=2,L=5,H=3,K=7", RotaryPairs),
        new("rotary_half", "odd", "B=2,L=5,H=3,D=14", RotaryHalf),
    ];

    /// <summary>Softmax of the scores that are not -∞, then the weighted sum; 0 when there are none.</summary>
    private static double Attend(double[] scores, Func<int, double> value)
    {
        var (high, total, sum) = (scores.Max(), 0.0, 0.0);
        for (var j = 0; j < scores.Length; j++)
        {
            if (!double.IsNegativeInfinity(scores[j]))
            {
                var weight = Math.Exp(scores[j] - high);
                total += weight;
                sum += weight * value(j);
            }
        }

        return total == 0 ? 0 : sum / total;
    }

    private static double LogSumExp(double[] scores)
        => double.IsNegativeInfinity(scores.Max()) ? double.NegativeInfinity : scores.Max() + Math.Log(scores.Sum(s => Math.Exp(s - scores.Max())));

    private static void Dense(CaseData c, Func<int, int, int, bool> sees)
    {
        var (q, k, v, o) = (c["q"], c["k"], c["v"], c.Out("o"));
        var (heads, groups, n, width) = ((int)q.Shape[1], (int)k.Shape[1], (int)k.Shape[2], (int)q.Shape[3]);
        Each(o.Shape, (b, h, i, e) =>
        {
            var g = h / (heads / groups);
            var scores = new double[n];
            for (var j = 0; j < n; j++)
            {
                var (bb, ii, jj, hh, dot) = (b, i, j, h, 0.0);
                for (var d = 0; d < width; d++)
                {
                    dot += q[bb, hh, ii, d] * k[bb, g, jj, d];
                }

                scores[j] = sees(b, i, j) ? dot / Math.Sqrt(width) : double.NegativeInfinity;
            }

            o[b, h, i, e] = Attend(scores, j => v[b, g, j, e]);
        });
    }

    private static void Causal(CaseData c)
    {
        var (q, k, v, slope) = (c["q"], c["k"], c["v"], c["slope"]);
        var (m, n, width, window) = (c.Size("M"), c.Size("N"), c.Size("D"), (int)c.Scalar("window"));
        var share = c.Size("H") / c.Size("G");
        Each(c.Out("o").Shape, (b, h, i, e) =>
        {
            var scores = new double[n];
            for (var j = 0; j < n; j++)
            {
                var age = i + n - m - j;
                scores[j] = double.NegativeInfinity;
                if (age >= 0 && age < window)
                {
                    scores[j] = -slope[h] * age;
                    for (var d = 0; d < width; d++)
                    {
                        scores[j] += q[b, h, i, d] * k[b, h / share, j, d] / Math.Sqrt(width);
                    }
                }
            }

            c.Out("o")[b, h, i, e] = Attend(scores, j => v[b, h / share, j, e]);
            c.Out("lse")[b, h, i] = LogSumExp(scores);
        });
    }

    private static void Paged(CaseData c)
    {
        var (q, k, v, table, len) = (c["q"], c["k"], c["v"], c["table"], c["len"]);
        var (size, share, width) = (c.Size("PAGE"), c.Size("H") / c.Size("G"), c.Size("D"));
        for (var b = 0; b < c.Size("B"); b++)
        {
            for (var h = 0; h < c.Size("H"); h++)
            {
                var scores = Enumerable.Repeat(double.NegativeInfinity, c.Size("P") * size).ToArray();
                for (var j = 0; j < len[b]; j++)
                {
                    scores[j] = 0;
                    for (var d = 0; d < width; d++)
                    {
                        scores[j] += q[b, h, d] * k[table.Int(b, j / size), j % size, h / share, d] / Math.Sqrt(width);
                    }
                }

                c.Out("lse")[b, h] = LogSumExp(scores);
                for (var e = 0; e < c.Size("E"); e++)
                {
                    var (bb, hh, ee) = (b, h, e);
                    c.Out("o")[b, h, e] = Attend(scores, j => v[table.Int(bb, j / size), j % size, hh / share, ee]);
                }
            }
        }
    }

    private static void Ragged(CaseData c, Func<int, int, int, int, bool> sees)
    {
        var (q, k, v, qs, ks) = (c["q"], c["k"], c["v"], c["qstart"], c["kstart"]);
        var width = c.Size("D");
        for (var b = 0; b < c.Size("B"); b++)
        {
            var (q0, m, k0, n) = (qs.Int(b), qs.Int(b + 1) - qs.Int(b), ks.Int(b), ks.Int(b + 1) - ks.Int(b));
            for (var h = 0; h < c.Size("H"); h++)
            {
                for (var i = 0; i < m; i++)
                {
                    var scores = Enumerable.Repeat(double.NegativeInfinity, n + 1).ToArray();
                    for (var j = 0; j < n; j++)
                    {
                        if (sees(i, m, j, n))
                        {
                            scores[j] = 0;
                            for (var d = 0; d < width; d++)
                            {
                                scores[j] += q[h, q0 + i, d] * k[h, k0 + j, d] / Math.Sqrt(width);
                            }
                        }
                    }

                    for (var e = 0; e < c.Size("E"); e++)
                    {
                        var (hh, ee) = (h, e);
                        c.Out("o")[h, q0 + i, e] = Attend(scores, j => v[hh, k0 + j, ee]);
                    }
                }
            }
        }
    }

    private static void Linear(CaseData c, Func<int, int, int, int, double> keep)
    {
        var (q, k, v, o) = (c["q"], c["k"], c["v"], c.Out("o"));
        for (var b = 0; b < c.Size("B"); b++)
        {
            for (var h = 0; h < c.Size("H"); h++)
            {
                var state = new double[c.Size("D"), c.Size("E")];
                for (var t = 0; t < c.Size("L"); t++)
                {
                    for (var d = 0; d < c.Size("D"); d++)
                    {
                        for (var e = 0; e < c.Size("E"); e++)
                        {
                            state[d, e] = (keep(b, h, t, d) * state[d, e]) + (k[b, h, t, d] * v[b, h, t, e]);
                            o[b, h, t, e] += q[b, h, t, d] * state[d, e];
                        }
                    }
                }
            }
        }
    }

    private static void RotaryPairs(CaseData c)
    {
        var (x, y) = (c["x"], c.Out("y"));
        for (var i = 0; i < x.Length; i += 2)
        {
            var k = i / 2 % c.Size("K");
            var t = i / 2 / c.Size("K") / c.Size("H") % c.Size("L");
            var turned = new System.Numerics.Complex(x.Values[i], x.Values[i + 1]) * new System.Numerics.Complex(c["cosine"][t, k], c["sine"][t, k]);
            (y.Values[i], y.Values[i + 1]) = (turned.Real, turned.Imaginary);
        }
    }

    private static void RotaryHalf(CaseData c)
    {
        var (x, y, half) = (c["x"], c.Out("y"), c.Size("D") / 2);
        Each(x.Shape, (b, t, h, d) =>
        {
            // q * cos + rotate_half(q) * sin, with the tables repeated.
            var rotated = d < half ? -x[b, t, h, d + half] : x[b, t, h, d - half];
            y[b, t, h, d] = (x[b, t, h, d] * c["cosine"][t, d % half]) + (rotated * c["sine"][t, d % half]);
        });
    }

    private static void Each(ImmutableArray<long> shape, Action<int, int, int, int> body)
    {
        for (var i = 0; i < shape.Aggregate(1L, (n, s) => n * s); i++)
        {
            var (d, c) = (i % (int)shape[3], i / (int)shape[3]);
            var (b, a) = (c / (int)shape[2], c / (int)shape[2] / (int)shape[1]);
            body(a, b % (int)shape[1], c % (int)shape[2], d);
        }
    }
}
