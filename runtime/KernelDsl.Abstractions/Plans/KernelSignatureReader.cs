using System.Collections.Immutable;

namespace KernelDsl.Plans;

/// <summary>Reads the JSON that <see cref="KernelSignatureWriter"/> writes.</summary>
public static class KernelSignatureReader
{
    /// <summary>Makes a signature from JSON text.</summary>
    /// <exception cref="FormatException">The text is not the JSON of a signature.</exception>
    public static KernelSignature Read(string text)
    {
        var root = JsonNode.Parse(text);
        return new KernelSignature(
            root["name"].Text,
            Map(root["types"], t => new SignatureType(t["name"].Text, Map(t["allowed"], ReadElement))),
            Map(root["consts"], c => new SignatureConst(
                c["name"].Text, c["argument"].Text, Map(c["allowed"], a => a.Long), c["default"].IsNull ? null : c["default"].Long)),
            Map(root["extents"], e => new SignatureExtent(e["name"].Text, e["argument"].Text, e["given"].Truth)),
            Map(root["scalars"], s => new SignatureScalar(s["name"].Text, s["argument"].Text, s["element"].Text, s["default"].TextOrNull)),
            Map(root["arrays"], a => new SignatureArray(
                a["key"].Text, a["buffer"].TextOrNull, a["element"].Text, a["output"].Truth, Map(a["axes"], x => new SignatureAxis(x["name"].Text, x["extent"].Text)))),
            Map(root["solves"], s => new SignatureSolve(s["argument"].Text, s["array"].Number, s["axis"].Number, s["value"].Text)));
    }

    private static ElementType ReadElement(JsonNode node)
        => ElementTypes.TryParse(node.Text, out var element) ? element : throw new FormatException($"'{node.Text}' is not an element type.");

    private static ImmutableArray<T> Map<T>(JsonNode node, Func<JsonNode, T> read) => node.Items.Select(read).ToImmutableArray();
}
