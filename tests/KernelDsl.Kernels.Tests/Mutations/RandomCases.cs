using System.Globalization;
using KernelDsl.Kernels.Tests.Harness;
using KernelDsl.Tool;

namespace KernelDsl.Kernels.Tests.Mutations;

/// <summary>Cases of a kernel with other extents and inputs than a given one; the program stays the same. Every second one has few distinct values, so that ties occur.</summary>
internal static class RandomCases
{
    private const long MostElements = 3000;

    private static readonly int[] s_extents = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17, 21, 33];

    /// <param name="like">The case.</param>
    /// <param name="seed">Of the first one.</param>
    /// <param name="count">How many are wanted; there are fewer where most sizes do not fit together.</param>
    public static IEnumerable<PreparedCase> Like(PreparedCase like, int seed, int count)
    {
        for (var k = seed; k < seed + (6 * count) && count > 0; k++)
        {
            if (TryPrepare(like, k) is { } prepared)
            {
                count--;
                yield return prepared;
            }
        }
    }

    private static PreparedCase? TryPrepare(PreparedCase like, int seed)
    {
        var random = new Random(seed);
        var kernel = like.Work.Kernel;
        var values = new NamedValues();
        values.Add("test", [like.Case.Sizes, .. kernel.TypeParameters.Select(type => $"{type.Name}={like.Work.Sizes.Types[type.Name].Name()}")]);
        foreach (var extent in kernel.Extents.Where(extent => values.TryGet(extent.Name, out _, out _)))
        {
            values.Set(extent.Name, s_extents[random.Next(s_extents.Length)].ToString(CultureInfo.InvariantCulture), "test");
        }

        try
        {
            var work = KernelCase.Prepare(kernel, values, null, seed);
            var elements = work.Inputs.Values.Sum(array => array.Shape.Aggregate(1L, (product, size) => product * size))
                + work.Outputs().Sum(output => output.Shape.Aggregate(1L, (product, size) => product * size));
            if (elements > MostElements)
            {
                return null;
            }

            if (seed % 2 == 0)
            {
                var data = new CaseData(work);
                foreach (var (key, _) in work.Inputs.Where(pair => pair.Value.Element.IsFloat()))
                {
                    var numbers = data[key].Values;
                    for (var k = 0; k < numbers.Length; k++)
                    {
                        numbers[k] = Math.Round(numbers[k] * 2) / 2;
                    }
                }

                work = data.Store();
            }

            var prepared = new PreparedCase($"{like.Name}, random {seed}", like.Case, work, like.Expected);
            return prepared.ProgramKey == like.ProgramKey ? prepared : null;
        }
        catch (ToolException)
        {
            return null;
        }
    }
}
