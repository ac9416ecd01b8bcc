using System.Collections.Immutable;

namespace KernelDsl.Plans;

/// <summary>Reads the JSON that <see cref="KernelPlanWriter"/> writes.</summary>
public static class KernelPlanReader
{
    /// <summary>Makes a plan from JSON text.</summary>
    /// <exception cref="FormatException">The text is not the JSON of a plan.</exception>
    public static KernelPlan Read(string text)
    {
        var root = JsonNode.Parse(text);
        return new KernelPlan(
            root["name"].Text,
            Map(root["arguments"], a => new PlanArgument(a["name"].Text, Parse<PlanScalar>(a["type"]))),
            Map(root["buffers"], ReadBuffer),
            Map(root["checks"], c => new PlanCheck(c["condition"].Text, c["message"].Text)),
            Map(root["serialVariables"], v => v.Text),
            Map(root["stages"], ReadStage),
            Map(root["steps"], ReadStep));
    }

    private static PlanBuffer ReadBuffer(JsonNode node)
    {
        if (!ElementTypes.TryParse(node["element"].Text, out var element))
        {
            throw new FormatException($"'{node["element"].Text}' is not an element type.");
        }

        return new PlanBuffer(node["name"].Text, element, Parse<PlanBufferRole>(node["role"]), node["length"].Text);
    }

    private static PlanStage ReadStage(JsonNode node) => new(
        node["name"].Text,
        node["function"].Text,
        Map(node["grid"], g => g.Text),
        node["blockSize"].Number,
        Map(node["parameters"], p => new PlanParameter(Parse<PlanParameterKind>(p["kind"]), p["index"].Number, p["written"].Truth)));

    private static PlanStep ReadStep(JsonNode node) => node.Has("launch")
        ? new PlanLaunch(node["launch"].Number, Map(node["serials"], s => s.Number))
        : new PlanSerial(node["serial"].Number, node["extent"].Text, node["reversed"].Truth, Map(node["steps"], ReadStep));

    private static T Parse<T>(JsonNode node)
        where T : struct, Enum
        => Enum.TryParse<T>(node.Text, ignoreCase: true, out var value) ? value : throw new FormatException($"'{node.Text}' is not a {typeof(T).Name}.");

    private static ImmutableArray<T> Map<T>(JsonNode node, Func<JsonNode, T> read) => node.Items.Select(read).ToImmutableArray();
}
