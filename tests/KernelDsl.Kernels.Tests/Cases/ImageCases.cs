using KernelDsl.Kernels.Tests.Harness;

namespace KernelDsl.Kernels.Tests.Cases;

/// <summary>Convolution and pooling.</summary>
internal static class ImageCases
{
    public static ImmutableArray<OracleCase> All { get; } =
    [
        new("conv2d", "plain", "N=2,C=3,H=5,W=6,F=4,R=3,Q=2", Convolution),
        new("conv2d", "stride, padding, dilation, groups", "N=2,C=6,H=7,W=9,F=4,R=3,Q=2,S=2,P=1,DIL=2,GROUPS=2", Convolution),
        new("conv2d", "depthwise, one by one", "N=1,C=5,H=3,W=3,F=5,R=1,Q=1,P=2,GROUPS=5", Convolution),
        new("conv_transpose2d", "plain", "N=2,C=3,H=3,W=4,F=2,R=2,Q=3", TransposedConvolution),
        new("conv_transpose2d", "stride, padding, dilation, groups, more rows", "N=2,C=6,H=4,W=5,F=2,R=3,Q=2,S=3,P=1,PO=1,DIL=2,GROUPS=2", TransposedConvolution),
        new("conv_transpose2d", "stride wider than the kernel", "N=1,C=2,H=2,W=2,F=3,R=1,Q=1,S=3", TransposedConvolution),
        new("max_pool2d", "padding", "N=2,C=3,H=7,W=9,K=3,S=2,P=1", c => MaxPool(c, 1)),
        new("max_pool2d", "ties", "N=1,C=2,H=5,W=5,K=2,S=1,P=1", c => MaxPool(c, 1), c => Ties(c)),
        new("max_pool2d", "NaN wins", "N=1,C=1,H=4,W=4", c => MaxPool(c, 1), c => c["x"][0, 0, 1, 2] = double.NaN),
        new("max_pool2d_dilated", "padding", "N=2,C=3,H=7,W=9,K=3,S=2,P=2,DIL=2", c => MaxPool(c, c.Size("DIL"))),
        new("max_pool2d_dilated", "window without a pixel", "N=1,C=2,H=1,W=1,K=2,S=1,P=1,DIL=2", c => MaxPool(c, 2)),
        new("soft_pool2d", "padding", "N=2,C=3,H=7,W=9,K=3,S=2,P=1", SoftPool),
        new("soft_pool2d", "plain", "N=1,C=2,H=5,W=4", SoftPool),
        new("avg_pool2d", "padding", "N=2,C=3,H=7,W=9,K=3,S=2,P=1", c => AveragePool(c, countsPadding: true)),
        new("avg_pool2d_inside", "padding", "N=2,C=3,H=7,W=9,K=3,S=2,P=1", c => AveragePool(c, countsPadding: false)),
        new("avg_pool2d_inside", "one pixel", "N=1,C=1,H=1,W=1,K=2,S=1,P=1", c => AveragePool(c, countsPadding: false)),
        new("global_avg_pool2d", "odd", "N=2,C=3,H=5,W=7", c => Loops.Over(c.Out("o").Shape, at =>
            c.Out("o")[at] = Loops.Sum(5, y => Loops.Sum(7, z => c["x"][at[0], at[1], y, z])) / 35)),
    ];

    private static void Ties(CaseData c) => Array.ForEach(Enumerable.Range(0, c["x"].Length).ToArray(), i => c["x"].Values[i] = i % 3);

    /// <summary>Spread out the padded image by hand, then take products: no index arithmetic in common with the spec.</summary>
    private static void Convolution(CaseData c)
    {
        var (x, w, o) = (c["x"], c["w"], c.Out("o"));
        var (stride, pad, dilation, groups) = (c.Size("S"), c.Size("P"), c.Size("DIL"), c.Size("GROUPS"));
        var padded = new Grid(new double[x.Shape[0] * x.Shape[1] * (x.Shape[2] + (2 * pad)) * (x.Shape[3] + (2 * pad))], [x.Shape[0], x.Shape[1], x.Shape[2] + (2 * pad), x.Shape[3] + (2 * pad)]);
        Loops.Over(x.Shape, at => padded[at[0], at[1], at[2] + pad, at[3] + pad] = x[at]);
        var (inGroup, outGroup) = (c.Size("C") / groups, c.Size("F") / groups);
        Loops.Over(o.Shape, at =>
        {
            o[at] = c["bias"][at[1]];
            Loops.Over([inGroup, w.Shape[2], w.Shape[3]], k =>
                o[at] += w[at[1], k[0], k[1], k[2]] * padded[at[0], (at[1] / outGroup * inGroup) + k[0], (at[2] * stride) + (k[1] * dilation), (at[3] * stride) + (k[2] * dilation)]);
        });
    }

    /// <summary>The definition as a scatter: every input pixel adds a kernel to the output, of which padding cuts the border.</summary>
    private static void TransposedConvolution(CaseData c)
    {
        var (x, w, o) = (c["x"], c["w"], c.Out("o"));
        var (stride, pad, dilation, inGroup) = (c.Size("S"), c.Size("P"), c.Size("DIL"), c.Size("C") / c.Size("GROUPS"));
        Loops.Over(o.Shape, at => o[at] = c["bias"][at[1]]);
        Loops.Over(x.Shape, at => Loops.Over([w.Shape[1], w.Shape[2], w.Shape[3]], k =>
        {
            var (y, z) = ((at[2] * stride) + (k[1] * dilation) - pad, (at[3] * stride) + (k[2] * dilation) - pad);
            if (y >= 0 && y < o.Shape[2] && z >= 0 && z < o.Shape[3])
            {
                o[at[0], (at[1] / inGroup * (int)w.Shape[1]) + k[0], y, z] += x[at] * w[at[1], k[0], k[1], k[2]];
            }
        }));
    }

    /// <summary>The pixels of a window with their flat positions, in row-major order.</summary>
    private static List<(double Value, int At)> Window(CaseData c, int[] at, int dilation)
    {
        var (x, size, stride, pad) = (c["x"], c.Size("K"), c.Size("S"), c.Size("P"));
        var window = new List<(double, int)>();
        for (var r = 0; r < size; r++)
        {
            for (var s = 0; s < size; s++)
            {
                var (y, z) = ((at[2] * stride) + (r * dilation) - pad, (at[3] * stride) + (s * dilation) - pad);
                if (y >= 0 && y < x.Shape[2] && z >= 0 && z < x.Shape[3])
                {
                    window.Add((x[at[0], at[1], y, z], (y * (int)x.Shape[3]) + z));
                }
            }
        }

        return window;
    }

    private static void MaxPool(CaseData c, int dilation) => Loops.Over(c.Out("o").Shape, at =>
    {
        var (best, place) = (double.NegativeInfinity, -1);
        foreach (var (value, position) in Window(c, at, dilation))
        {
            if (!double.IsNaN(best) && (value > best || double.IsNaN(value) || place < 0))
            {
                (best, place) = (value, position);
            }
        }

        (c.Out("o")[at], c.Out("at")[at]) = (best, place);
    });

    private static void SoftPool(CaseData c) => Loops.Over(c.Out("o").Shape, at =>
    {
        var window = Window(c, at, 1);
        c.Out("o")[at] = window.Sum(p => Math.Exp(p.Value) * p.Value) / window.Sum(p => Math.Exp(p.Value));
    });

    private static void AveragePool(CaseData c, bool countsPadding) => Loops.Over(c.Out("o").Shape, at =>
    {
        var window = Window(c, at, 1);
        c.Out("o")[at] = window.Sum(p => p.Value) / (countsPadding ? c.Size("K") * c.Size("K") : window.Count);
    });
}
