using System.Text;
using System.Text.Json.Nodes;
using KernelDsl.Tool.LanguageServer.Protocol;

namespace KernelDsl.Tool.Tests.LanguageServer;

public sealed class ProtocolTests
{
    private const string Spec = "kernel f(x: f32[i: N]) -> y: f32[i] { y = x; }";

    [Fact]
    public void Request_before_initialize_is_refused()
        => AssertError(RpcErrorCode.ServerNotInitialized, new Editor().Request("textDocument/hover", []));

    [Fact]
    public void Second_initialize_is_refused()
    {
        var editor = new Editor();
        Assert.NotNull(editor.Initialize()["result"]!["capabilities"]);
        AssertError(RpcErrorCode.InvalidRequest, editor.Initialize());
    }

    [Fact]
    public void Unknown_request_is_answered_and_unknown_notification_is_dropped()
    {
        var editor = Editor.Open(Spec);
        AssertError(RpcErrorCode.MethodNotFound, editor.Request("textDocument/nonsense", []));
        editor.Notify("$/setTrace", []);
        editor.Notify("nonsense", []);
        Assert.Empty(editor.Receive());
    }

    [Theory]
    [InlineData("textDocument/hover", """{}""")]
    [InlineData("textDocument/hover", """{"textDocument":{"uri":5},"position":{"line":0,"character":0}}""")]
    [InlineData("textDocument/hover", """{"textDocument":{"uri":"file:///other.kdsl"},"position":{"line":0,"character":0}}""")]
    [InlineData("textDocument/hover", """{"textDocument":{"uri":"file:///test.kdsl"},"position":{"line":-1,"character":0}}""")]
    [InlineData("textDocument/hover", """{"textDocument":{"uri":"file:///test.kdsl"},"position":{"line":0.5,"character":0}}""")]
    [InlineData("textDocument/hover", """{"textDocument":{"uri":"file:///test.kdsl"},"position":[0,0]}""")]
    [InlineData("textDocument/rename", """{"textDocument":{"uri":"file:///test.kdsl"},"position":{"line":0,"character":0}}""")]
    [InlineData("textDocument/references", """{"textDocument":{"uri":"file:///test.kdsl"},"position":{"line":0,"character":0}}""")]
    [InlineData("textDocument/formatting", null)]
    public void Malformed_parameters_are_answered(string method, string? parameters)
        => AssertError(RpcErrorCode.InvalidParams, Editor.Open(Spec).Request(method, parameters is null ? null : JsonNode.Parse(parameters)!.AsObject()));

    [Theory]
    [InlineData("{", nameof(RpcErrorCode.ParseError))]
    [InlineData("", nameof(RpcErrorCode.ParseError))]
    [InlineData("\u00ff\u00fe", nameof(RpcErrorCode.ParseError))]
    [InlineData("[]", nameof(RpcErrorCode.InvalidRequest))]
    [InlineData("5", nameof(RpcErrorCode.InvalidRequest))]
    [InlineData("{}", nameof(RpcErrorCode.InvalidRequest))]
    [InlineData("""{"id":1,"method":5}""", nameof(RpcErrorCode.InvalidRequest))]
    [InlineData("""{"id":{},"method":"shutdown"}""", nameof(RpcErrorCode.InvalidRequest))]
    public void Malformed_message_is_answered(string body, string code)
    {
        var editor = new Editor();
        editor.Server.Handle(Encoding.Latin1.GetBytes(body));
        var answer = Assert.Single(editor.Receive());
        AssertError(Enum.Parse<RpcErrorCode>(code), answer);
        Assert.True(answer.ContainsKey("id"));
        Assert.Null(answer["id"]);
    }

    [Fact]
    public void Deep_message_is_a_parse_error()
    {
        var editor = new Editor();
        editor.Server.Handle(Encoding.UTF8.GetBytes(new string('[', 100_000)));
        AssertError(RpcErrorCode.ParseError, Assert.Single(editor.Receive()));
    }

    [Fact]
    public void Id_comes_back_as_it_was()
    {
        var editor = new Editor();
        editor.Server.Handle("""{"jsonrpc":"2.0","id":"ä-1","method":"nonsense"}"""u8.ToArray());
        Assert.Equal("ä-1", Assert.Single(editor.Receive())["id"]!.GetValue<string>());
    }

    [Fact]
    public void Cancelled_request_says_so()
        => AssertError(RpcErrorCode.RequestCancelled, Editor.Open(Spec).Request("textDocument/hover", [], isCancelled: _ => true));

    [Fact]
    public void Shutdown_refuses_what_follows_and_exit_is_0_then()
    {
        var editor = Editor.Open(Spec);
        var answer = editor.Request("shutdown");
        Assert.True(answer.ContainsKey("result"));
        AssertError(RpcErrorCode.InvalidRequest, editor.RequestDocument("textDocument/formatting"));
        editor.Notify("exit", []);
        Assert.Equal(0, editor.Server.ExitCode);
    }

    [Fact]
    public void Exit_without_shutdown_is_1()
    {
        var editor = Editor.Open(Spec);
        editor.Notify("exit", []);
        Assert.Equal(1, editor.Server.ExitCode);
    }

    [Fact]
    public void Random_messages_never_throw_and_every_request_is_answered()
    {
        var random = new Random(7);
        string[] methods = ["initialize", "textDocument/didOpen", "textDocument/didChange", "textDocument/hover", "textDocument/rename", "textDocument/completion", "textDocument/didClose", "x"];
        var editor = Editor.Open(Spec);
        editor.Receive();
        for (var i = 0; i < 3000; i++)
        {
            var message = new JsonObject { ["jsonrpc"] = "2.0", ["method"] = methods[random.Next(methods.Length)], ["params"] = RandomNode(random, 4) };
            var isRequest = random.Next(2) == 0;
            if (isRequest)
            {
                message["id"] = i;
            }

            editor.Server.Handle(Encoding.UTF8.GetBytes(message.ToJsonString()));
            editor.Server.PublishDiagnostics();
            Assert.Equal(isRequest ? 1 : 0, editor.Receive().Count(answer => answer.ContainsKey("id") && answer["id"]?.GetValue<int>() == i));
        }
    }

    private static JsonNode? RandomNode(Random random, int depth)
    {
        string[] names = ["textDocument", "position", "line", "character", "uri", "text", "version", "contentChanges", "range", "start", "end", "newName", "capabilities"];
        return random.Next(depth > 0 ? 8 : 5) switch
        {
            0 => null,
            1 => random.Next(-2, 50),
            2 => Editor.Uri,
            3 => random.NextDouble() * 1e30,
            4 => true,
            5 => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => RandomNode(random, depth - 1))]),
            _ => new JsonObject(names.Where(_ => random.Next(2) == 0).Select(name => KeyValuePair.Create(name, RandomNode(random, depth - 1)))),
        };
    }

    private static void AssertError(RpcErrorCode code, JsonObject answer) => Assert.Equal((int)code, answer["error"]!["code"]!.GetValue<int>());
}
