using System.Globalization;
using FsCheck.Fluent;
using KernelDsl.Compiler;
using KernelDsl.Compiler.Binding;
using KernelDsl.Compiler.Reference;
using KernelDsl.Compiler.Scheduling;
using KernelDsl.Compiler.Text;
using KernelDsl.Runtime;
using KernelDsl.Runtime.Jit;

namespace KernelDsl.Properties.Tests;

/// <summary>
/// Random well-typed kernels: the reference, the CPU back end and a plain evaluation of the test's own tree give the same outputs. The tolerance is a running
/// error bound from the unit roundoff of the type. <c>KDSL_RANDOM_KERNELS</c> sets the number, <c>KDSL_RANDOM_SEED</c> where they start.
/// </summary>
public sealed class RandomKernelTests
{
    private const int BatchSize = 100;

    private static readonly KernelInstance s_instance = new(ImmutableDictionary<string, ElementType>.Empty, ImmutableDictionary<string, long>.Empty);

    [Fact]
    public void Random_kernels_agree_between_reference_cpu_and_plain_evaluation()
    {
        var count = Setting("KDSL_RANDOM_KERNELS", 2000);
        var seed = new FsCheck.Rnd((ulong)Setting("KDSL_RANDOM_SEED", 20261122));
        var sample = ModelGenerator.Kernels.Generator.Sample(count, seed, 50).ToArray();
        Assert.Equal(count, sample.Length);
        foreach (var batch in sample.Chunk(BatchSize))
        {
            foreach (var (kernel, problem) in Check(batch))
            {
                if (problem is not null)
                {
                    Assert.Fail(Report(kernel, problem));
                }
            }
        }
    }

    private static int Setting(string name, int otherwise)
        => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    private static string Report(ModelKernel kernel, string problem)
    {
        var original = kernel;
        var progress = true;
        for (var round = 0; progress && round < 200; round++)
        {
            progress = false;
            foreach (var smaller in ModelGenerator.Kernels.Shrinker(kernel))
            {
                if (Check([smaller])[0].Problem is { } still)
                {
                    (kernel, problem, progress) = (smaller, still, true);
                    break;
                }
            }
        }

        var extents = string.Join(",", kernel.Extents.OrderBy(e => e.Key).Select(e => $"{ModelTensors.ExtentOf(e.Key)}={e.Value}"));
        return $"{problem}\nextents {extents}, seed {kernel.Seed}\n{ModelText.Of(kernel)}\nfound in\n{ModelText.Of(original)}";
    }

    private static ImmutableArray<(ModelKernel Kernel, string? Problem)> Check(IReadOnlyList<ModelKernel> models)
    {
        var bound = models.Select(Bind).ToArray();
        var valid = bound.Where(b => b.Kernel is not null).Select(b => b.Kernel!).ToArray();
        var compiled = CpuJit.CompileMany(valid.Select(kernel => PlainSchedule.Lower(kernel, s_instance)).ToImmutableArray());
        var next = 0;
        return models.Select((model, i) => (model, bound[i].Problem ?? Try(() => Compare(model, bound[i].Kernel!, compiled[next++])))).ToImmutableArray();
    }

    /// <summary>An exception is a finding like a wrong value, so that it is shrunk too.</summary>
    private static string? Try(Func<string?> compare)
    {
        try
        {
            return compare();
        }
        catch (Exception exception)
        {
            return exception.ToString();
        }
    }

    private static (BoundKernel? Kernel, string? Problem) Bind(ModelKernel model)
    {
        var compilation = KernelCompilation.Create(new SourceText("model.kdsl", ModelText.Of(model)));
        return compilation.HasErrors ? (null, string.Join("\n", compilation.Diagnostics)) : (compilation.Module.Kernels[0], null);
    }

    private static string? Compare(ModelKernel model, BoundKernel kernel, CompiledKernel compiled)
    {
        var data = new ModelData(model);
        var reference = Reference(model, kernel, data);
        var device = Device(model, compiled, data);
        var exact = new PlainEvaluation(model, data, Math.Pow(2, -53));
        var single = new PlainEvaluation(model, data, Math.Pow(2, -24));
        var place = 0;
        foreach (var point in Points(model))
        {
            var expected = exact.Output(point);
            var loose = model.IsDouble ? expected : single.Output(point);
            if (!IsNear(reference[place], expected))
            {
                return $"at {place} the reference gives {reference[place]:R}, plain evaluation {expected.Value:R} (bound {expected.Error:R})";
            }

            if (!IsNear(device[place], loose))
            {
                return $"at {place} the CPU gives {device[place]:R}, plain evaluation {loose.Value:R} (bound {loose.Error:R})";
            }

            place++;
        }

        return place == reference.Length ? null : "the number of outputs differs";
    }

    /// <summary>The bound is of first order, so it gets room for the second, and a floor for results that vanish.</summary>
    private static bool IsNear(double value, Bounded expected) => Math.Abs(value - expected.Value) <= (4 * expected.Error) + 1e-30;

    private static IEnumerable<Dictionary<string, int>> Points(ModelKernel model)
    {
        IEnumerable<Dictionary<string, int>> points = [[]];
        foreach (var axis in model.OutputAxes)
        {
            points = points.SelectMany(p => Enumerable.Range(0, model.Extents[axis]).Select(i => new Dictionary<string, int>(p) { [axis] = i }));
        }

        return points;
    }

    private static double[] Reference(ModelKernel model, BoundKernel kernel, ModelData data)
    {
        var inputs = new ReferenceData();
        foreach (var (axis, extent) in model.Extents)
        {
            inputs.Extents[ModelTensors.ExtentOf(axis)] = extent;
        }

        foreach (var (name, values) in data.Floats)
        {
            inputs.Floats[name] = values;
        }

        foreach (var (name, values) in data.Integers)
        {
            inputs.Integers[name] = values.Select(v => (long)v).ToArray();
        }

        inputs.Integers[ModelTensors.MaskName] = data.Mask.Select(v => v ? 1L : 0).ToArray();
        ReferenceInterpreter.Run(kernel, s_instance, inputs, roundOutputs: false);
        return inputs.Floats["o"];
    }

    private static double[] Device(ModelKernel model, CompiledKernel compiled, ModelData data)
    {
        var arguments = new KernelArguments();
        foreach (var (axis, extent) in model.Extents)
        {
            arguments.Integers[ModelTensors.ExtentOf(axis)] = extent;
        }

        var type = model.IsDouble ? ElementType.F64 : ElementType.F32;
        foreach (var (name, values) in data.Floats)
        {
            arguments.Buffers[name] = Buffer(type, values.Length, (bytes, i) => Write(bytes, type, i, values[i]));
        }

        foreach (var (name, values) in data.Integers)
        {
            arguments.Buffers[name] = Buffer(ElementType.I32, values.Length, (bytes, i) => BitConverter.TryWriteBytes(bytes.AsSpan(i * 4), values[i]));
        }

        arguments.Buffers[ModelTensors.MaskName] = Buffer(ElementType.Bool, data.Mask.Length, (bytes, i) => bytes[i] = data.Mask[i] ? (byte)1 : (byte)0);
        var length = model.OutputAxes.Aggregate(1, (product, axis) => product * model.Extents[axis]);
        var output = arguments.Buffers["o"] = new HostBuffer(type, length);
        compiled.Run(arguments);
        return Enumerable.Range(0, length).Select(i => model.IsDouble ? BitConverter.ToDouble(output.Bytes, i * 8) : BitConverter.ToSingle(output.Bytes, i * 4)).ToArray();
    }

    private static HostBuffer Buffer(ElementType type, int length, Action<byte[], int> write)
    {
        var buffer = new HostBuffer(type, length);
        for (var i = 0; i < length; i++)
        {
            write(buffer.Bytes, i);
        }

        return buffer;
    }

    private static void Write(byte[] bytes, ElementType type, int i, double value)
    {
        if (type == ElementType.F64)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(i * 8), value);
        }
        else
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(i * 4), (float)value);
        }
    }
}
