namespace KernelDsl.Plans;

/// <summary>Writes a signature as JSON.</summary>
public static class KernelSignatureWriter
{
    /// <summary>The signature as JSON text, which <see cref="KernelSignatureReader.Read"/> reads back.</summary>
    public static string Write(KernelSignature signature)
    {
        var json = new JsonText();
        json.Open('{').Property("name").Text(signature.Name);
        json.Property("types").Array(signature.Types, t => json.Inline(
            ("name", () => json.Text(t.Name)),
            ("allowed", () => json.List(t.Allowed, a => json.Text(a.Name())))));
        json.Property("consts").Array(signature.Consts, c => json.Inline(
            ("name", () => json.Text(c.Name)),
            ("argument", () => json.Text(c.Argument)),
            ("allowed", () => json.List(c.Allowed, a => json.Number(a))),
            ("default", () => _ = c.Default is { } value ? json.Number(value) : json.Null())));
        json.Property("extents").Array(signature.Extents, e => json.Inline(
            ("name", () => json.Text(e.Name)),
            ("argument", () => json.Text(e.Argument)),
            ("given", () => json.Truth(e.IsGiven))));
        json.Property("scalars").Array(signature.Scalars, s => json.Inline(
            ("name", () => json.Text(s.Name)),
            ("argument", () => json.Text(s.Argument)),
            ("element", () => json.Text(s.Element)),
            ("default", () => json.TextOrNull(s.Default))));
        json.Property("arrays").Array(signature.Arrays, a => json.Inline(
            ("key", () => json.Text(a.Key)),
            ("buffer", () => json.TextOrNull(a.Buffer)),
            ("element", () => json.Text(a.Element)),
            ("output", () => json.Truth(a.IsOutput)),
            ("axes", () => json.List(a.Axes, x => json.Inline(
                ("name", () => json.Text(x.Name)),
                ("extent", () => json.Text(x.Extent)))))));
        json.Property("solves").Array(signature.Solves, s => json.Inline(
            ("argument", () => json.Text(s.Argument)),
            ("array", () => json.Number(s.Array)),
            ("axis", () => json.Number(s.Axis)),
            ("value", () => json.Text(s.Value))));
        return json.Close('}').ToString();
    }
}
