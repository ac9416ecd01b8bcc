using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace KernelDsl.Plans;

/// <summary>Writes a plan as JSON.</summary>
public static class KernelPlanWriter
{
    /// <summary>The plan as JSON text, which <see cref="KernelPlanReader.Read"/> reads back.</summary>
    public static string Write(KernelPlan plan)
    {
        var json = new JsonText();
        json.Open('{').Property("name").Text(plan.Name);
        json.Property("arguments").Array(plan.Arguments, a => json.Inline(
            ("name", () => json.Text(a.Name)),
            ("type", () => json.Text(Camel(a.Type.ToString())))));
        json.Property("buffers").Array(plan.Buffers, b => json.Inline(
            ("name", () => json.Text(b.Name)),
            ("element", () => json.Text(b.Element.Name())),
            ("role", () => json.Text(Camel(b.Role.ToString()))),
            ("length", () => json.Text(b.Length))));
        json.Property("checks").Array(plan.Checks, c => json.Inline(
            ("condition", () => json.Text(c.Condition)),
            ("message", () => json.Text(c.Message))));
        json.Property("serialVariables").List(plan.SerialVariables, v => json.Text(v));
        json.Property("stages").Array(plan.Stages, stage => WriteStage(json, stage));
        json.Property("steps").Array(plan.Steps, step => WriteStep(json, step));
        return json.Close('}').ToString();
    }

    private static void WriteStage(JsonText json, PlanStage stage)
    {
        json.Open('{').Property("name").Text(stage.Name);
        json.Property("function").Text(stage.Function);
        json.Property("grid").List(stage.Grid, g => json.Text(g));
        json.Property("blockSize").Number(stage.BlockSize);
        json.Property("parameters").Array(stage.Parameters, p => json.Inline(
            ("kind", () => json.Text(Camel(p.Kind.ToString()))),
            ("index", () => json.Number(p.Index)),
            ("written", () => json.Truth(p.IsWritten))));
        json.Close('}');
    }

    private static void WriteStep(JsonText json, PlanStep step)
    {
        switch (step)
        {
            case PlanLaunch launch:
                json.Inline(
                    ("launch", () => json.Number(launch.Stage)),
                    ("serials", () => json.List(launch.Serials, s => json.Number(s))));
                break;
            case PlanSerial serial:
                json.Open('{').Property("serial").Number(serial.Variable);
                json.Property("extent").Text(serial.Extent);
                json.Property("reversed").Truth(serial.IsReversed);
                json.Property("steps").Array(serial.Steps, inner => WriteStep(json, inner));
                json.Close('}');
                break;
            default:
                throw new InvalidOperationException($"A plan cannot have a {step.GetType().Name}.");
        }
    }

    private static string Camel(string name) => name.ToLowerInvariant();
}

/// <summary>Builds JSON text with indentation.</summary>
internal sealed class JsonText
{
    private readonly StringBuilder _text = new();
    private int _depth;
    private bool _isFirst = true;

    public JsonText Open(char bracket)
    {
        _text.Append(bracket);
        _depth++;
        _isFirst = true;
        return this;
    }

    public JsonText Close(char bracket)
    {
        _depth--;
        NewLine();
        _text.Append(bracket);
        _isFirst = false;
        return this;
    }

    public JsonText Property(string name)
    {
        Separate();
        NewLine();
        return Text(name).Raw(": ");
    }

    public void Array<T>(ImmutableArray<T> items, Action<T> write)
    {
        if (items.IsEmpty)
        {
            _text.Append("[]");
            return;
        }

        Open('[');
        foreach (var item in items)
        {
            Separate();
            NewLine();
            write(item);
            _isFirst = false;
        }

        Close(']');
    }

    public void List<T>(ImmutableArray<T> items, Action<T> write)
    {
        _text.Append('[');
        for (var i = 0; i < items.Length; i++)
        {
            _text.Append(i == 0 ? string.Empty : ", ");
            write(items[i]);
        }

        _text.Append(']');
    }

    public void Inline(params (string Name, Action Write)[] properties)
    {
        _text.Append("{ ");
        for (var i = 0; i < properties.Length; i++)
        {
            _text.Append(i == 0 ? string.Empty : ", ");
            Text(properties[i].Name).Raw(": ");
            properties[i].Write();
        }

        _text.Append(" }");
    }

    public JsonText Number(long number) => Raw(number.ToString(CultureInfo.InvariantCulture));

    public JsonText Null() => Raw("null");

    public JsonText TextOrNull(string? text) => text is null ? Null() : Text(text);

    public JsonText Truth(bool truth) => Raw(truth ? "true" : "false");

    public JsonText Text(string text)
    {
        _text.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => _text.Append("\\\""),
                '\\' => _text.Append("\\\\"),
                < ' ' => _text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => _text.Append(c),
            };
        }

        _text.Append('"');
        return this;
    }

    public override string ToString() => _text.ToString();

    private JsonText Raw(string text)
    {
        _text.Append(text);
        return this;
    }

    private void Separate()
    {
        if (!_isFirst)
        {
            _text.Append(',');
        }

        _isFirst = false;
    }

    private void NewLine() => _text.Append('\n').Append(' ', 2 * _depth);
}
