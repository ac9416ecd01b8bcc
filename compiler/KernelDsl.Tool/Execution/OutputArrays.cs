using KernelDsl.Tool.Arrays;
using KernelDsl.Tool.Inputs;

namespace KernelDsl.Tool.Execution;

/// <summary>Outputs as they are written to a file: a sparse one comes with the pattern of the tensor that it is like.</summary>
internal static class OutputArrays
{
    public static IEnumerable<KeyValuePair<string, NpyArray>> Of(KernelCase work, RunResult result)
    {
        foreach (var (tensor, component, _, _) in work.Outputs())
        {
            yield return new(component.Key, ArrayConversion.ToNpy(result.Outputs[component.Key]));
            if (tensor.Like is { } pattern && component.Role == StorageRole.Values)
            {
                foreach (var part in pattern.Components.Where(part => part.Role != StorageRole.Values))
                {
                    yield return new(tensor.Name + part.Key[part.Key.LastIndexOf('.')..], ArrayConversion.ToNpy(work.Inputs[part.Key]));
                }

                var shape = pattern.Axes.Select(axis => work.Sizes.Integer(axis.Extent)).ToArray();
                yield return new($"{tensor.Name}.shape", ArrayConversion.ToNpy(new HostArray(ElementType.I64, [shape.Length], shape)));
            }
        }
    }
}
