namespace AttentionSample;

/// <summary>Random inputs, and the same attention by plain loops.</summary>
public static class Inputs
{
    public static string WriteRandom(string path)
    {
        const int B = 2, H = 4, G = 2, M = 33, N = 47, D = 32;
        var random = new Random(1);
        File.Delete(path);
        Npz.Write(path, [("q", Array(B, H, M, D)), ("k", Array(B, G, N, D)), ("v", Array(B, G, N, D)), ("slope", Array(H))]);
        return path;

        FloatArray Array(params long[] shape)
        {
            var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (random.NextSingle() * 2) - 1;
            }

            return new FloatArray(values, shape);
        }
    }

    public static double LargestError(Dictionary<string, FloatArray> arrays, float[] o, long window)
    {
        var (q, k, v, slope) = (arrays["q"], arrays["k"], arrays["v"], arrays["slope"].Values);
        var (batch, heads, m, d) = ((int)q.Shape[0], (int)q.Shape[1], (int)q.Shape[2], (int)q.Shape[3]);
        var (groups, n) = ((int)k.Shape[1], (int)k.Shape[2]);
        var worst = 0.0;
        for (var b = 0; b < batch; b++)
        {
            for (var h = 0; h < heads; h++)
            {
                var g = h / (heads / groups);
                for (var i = 0; i < m; i++)
                {
                    var weights = new double[n];
                    for (var j = 0; j < n; j++)
                    {
                        var age = i + n - m - j;
                        weights[j] = age >= 0 && age < window
                            ? Math.Exp((Enumerable.Range(0, d).Sum(x => (double)q.Values[(((((b * heads) + h) * m) + i) * d) + x] * k.Values[(((((b * groups) + g) * n) + j) * d) + x]) / Math.Sqrt(d)) - (slope[h] * age))
                            : 0;
                    }

                    for (var e = 0; e < d; e++)
                    {
                        var expected = Enumerable.Range(0, n).Sum(j => weights[j] * v.Values[(((((b * groups) + g) * n) + j) * d) + e]) / weights.Sum();
                        worst = Math.Max(worst, Math.Abs(expected - o[(((((b * heads) + h) * m) + i) * d) + e]));
                    }
                }
            }
        }

        return worst;
    }
}
