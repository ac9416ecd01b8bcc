using System.Text.Json;
using System.Text.Json.Nodes;
using KernelDsl.Tool.LanguageServer;
using KernelDsl.Tool.LanguageServer.Protocol;

namespace KernelDsl.Tool.Tests.LanguageServer;

/// <summary>An editor that talks to a server in this process, message by message.</summary>
internal sealed class Editor : IClient
{
    public const string Uri = "file:///test.kdsl";

    private readonly List<JsonObject> _received = [];
    private int _id;
    private int _version;

    public Editor() => Server = new Server(this);

    public Server Server { get; }

    /// <summary>An initialized server with one open text.</summary>
    public static Editor Open(string text)
    {
        var editor = new Editor();
        editor.Initialize();
        editor.Notify("textDocument/didOpen", new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = Uri, ["languageId"] = "kdsl", ["version"] = ++editor._version, ["text"] = text } });
        return editor;
    }

    public JsonObject Initialize() => Request("initialize", JsonNode.Parse(
        """{"capabilities":{"textDocument":{"completion":{"completionItem":{"snippetSupport":true}},"documentSymbol":{"hierarchicalDocumentSymbolSupport":true}}}}""")!.AsObject());

    public void Send(JsonObject message) => _received.Add(JsonNode.Parse(message.ToJsonString())!.AsObject());

    /// <summary>What came since the last call.</summary>
    public IReadOnlyList<JsonObject> Receive()
    {
        var all = _received.ToArray();
        _received.Clear();
        return all;
    }

    public void Notify(string method, JsonObject parameters)
        => Server.Handle(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = method, ["params"] = parameters }));

    /// <summary>The one answer to a request, with <c>result</c> or <c>error</c>.</summary>
    public JsonObject Request(string method, JsonObject? parameters = null, Func<string, bool>? isCancelled = null)
    {
        var message = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = ++_id, ["method"] = method };
        if (parameters is not null)
        {
            message["params"] = parameters;
        }

        Server.Handle(JsonSerializer.SerializeToUtf8Bytes(message), isCancelled);
        return Assert.Single(Receive(), answer => answer["id"]?.GetValue<int>() == _id);
    }

    public JsonObject RequestAt(string method, string text, int offset, JsonObject? more = null)
    {
        var parameters = more ?? [];
        parameters["textDocument"] = new JsonObject { ["uri"] = Uri };
        parameters["position"] = Position(text, offset);
        return Request(method, parameters);
    }

    public JsonObject RequestDocument(string method) => Request(method, new JsonObject { ["textDocument"] = new JsonObject { ["uri"] = Uri } });

    public void Change(params JsonObject[] changes) => Notify("textDocument/didChange", new JsonObject
    {
        ["textDocument"] = new JsonObject { ["uri"] = Uri, ["version"] = ++_version },
        ["contentChanges"] = new JsonArray(changes),
    });

    /// <summary>As <see cref="Change"/>, with halves of surrogate pairs as escapes, the way editors in JavaScript write them.</summary>
    public void ChangeRaw(params JsonObject[] changes)
    {
        var written = changes.Select(change => $$"""{"range":{{change["range"]!.ToJsonString()}},"text":"{{string.Concat(change["text"]!.GetValue<string>().Select(c => $"\\u{(int)c:x4}"))}}"}""");
        Server.Handle(System.Text.Encoding.UTF8.GetBytes(
            $$$"""{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"{{{Uri}}}","version":{{{++_version}}}},"contentChanges":[{{{string.Join(',', written)}}}]}}"""));
    }

    public JsonObject Publish()
    {
        Receive();
        Server.PublishDiagnostics();
        return Assert.Single(Receive())["params"]!.AsObject();
    }

    /// <summary>Counted anew, in the plainest way: the tests' own idea of a position.</summary>
    public static JsonObject Position(string text, int offset)
    {
        var (line, start) = (0, 0);
        for (var i = 0; i < offset; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && !(i + 1 < text.Length && text[i + 1] == '\n')))
            {
                line++;
                start = i + 1;
            }
        }

        return new JsonObject { ["line"] = line, ["character"] = offset - start };
    }

    public static JsonObject Range(string text, int start, int end) => new() { ["start"] = Position(text, start), ["end"] = Position(text, end) };

    public static int Offset(string text, JsonNode position)
        => Enumerable.Range(0, text.Length + 1).First(i => JsonNode.DeepEquals(Position(text, i), position));

    public static (int Start, int End) Span(string text, JsonNode range) => (Offset(text, range["start"]!), Offset(text, range["end"]!));
}
