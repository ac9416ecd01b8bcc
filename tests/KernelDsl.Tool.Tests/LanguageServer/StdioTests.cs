using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using KernelDsl.Tool.LanguageServer.Protocol;

namespace KernelDsl.Tool.Tests.LanguageServer;

/// <summary>The tool as an editor starts it: a process and two pipes.</summary>
public sealed class StdioTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void Session_from_initialize_to_exit()
    {
        const string Text = "kernel  f(x: f32[i: N]) -> y: f32[i] { y = x + z; }\n";
        using var server = new ServerProcess();
        server.Send(1, "initialize", "{\"capabilities\":{}}");
        Assert.NotNull(server.Answer(1)["result"]!["capabilities"]);
        server.Send(null, "initialized", "{}");
        server.Send(null, "textDocument/didOpen", $$$"""{"textDocument":{"uri":"file:///a.kdsl","languageId":"kdsl","version":7,"text":{{{JsonValue.Create(Text).ToJsonString()}}}}}""");
        var published = server.Next(message => message["method"]?.GetValue<string>() == "textDocument/publishDiagnostics")["params"]!;
        Assert.Equal(7, published["version"]!.GetValue<int>());
        Assert.Equal("KD2001", published["diagnostics"]![0]!["code"]!.GetValue<string>());

        const string AtX = """{"textDocument":{"uri":"file:///a.kdsl"},"position":{"line":0,"character":43}}""";
        server.Send(2, "textDocument/hover", AtX);
        Assert.Contains("x: f32[i: N]", server.Answer(2)["result"]!["contents"]!["value"]!.GetValue<string>(), StringComparison.Ordinal);
        server.Send(3, "textDocument/definition", AtX);
        Assert.Equal(10, server.Answer(3)["result"]![0]!["range"]!["start"]!["character"]!.GetValue<int>());
        server.Send(4, "textDocument/completion", AtX);
        Assert.Contains(server.Answer(4)["result"]!["items"]!.AsArray(), item => item!["label"]!.GetValue<string>() == "x");

        server.Send(null, "textDocument/didChange", """{"textDocument":{"uri":"file:///a.kdsl","version":8},"contentChanges":[{"range":{"start":{"line":0,"character":47},"end":{"line":0,"character":48}},"text":"x"}]}""");
        server.Send(5, "textDocument/formatting", """{"textDocument":{"uri":"file:///a.kdsl"},"options":{}}""");
        Assert.Single(server.Answer(5)["result"]!.AsArray());
        published = server.Next(message => message["method"]?.GetValue<string>() == "textDocument/publishDiagnostics")["params"]!;
        Assert.Equal(8, published["version"]!.GetValue<int>());
        Assert.Empty(published["diagnostics"]!.AsArray());

        server.Send(6, "shutdown", null);
        Assert.True(server.Answer(6).ContainsKey("result"));
        server.Send(null, "exit", null);
        Assert.Equal(0, server.WaitForExit());
        Assert.Equal("", server.Errors);
    }

    [Fact]
    public void Garbage_is_answered_and_the_session_goes_on()
    {
        using var server = new ServerProcess();
        server.Write("GET / HTTP/1.1\r\n\r\n"u8);
        Assert.Equal((int)RpcErrorCode.ParseError, server.Next(_ => true)["error"]!["code"]!.GetValue<int>());
        server.Write("Content-Length: 3\r\n\r\n{x}"u8);
        Assert.Equal((int)RpcErrorCode.ParseError, server.Next(_ => true)["error"]!["code"]!.GetValue<int>());
        server.Send(1, "initialize", "{}");
        Assert.NotNull(server.Answer(1)["result"]);
    }

    /// <summary>The cancellation comes first, so that the test does not depend on which thread is faster.</summary>
    [Fact]
    public void Cancelled_request_is_not_computed()
    {
        using var server = new ServerProcess();
        server.Send(1, "initialize", "{}");
        server.Send(null, "$/cancelRequest", """{"id":2}""");
        server.Send(2, "textDocument/hover", "{}");
        Assert.Equal((int)RpcErrorCode.RequestCancelled, server.Answer(2)["error"]!["code"]!.GetValue<int>());
        server.Send(3, "shutdown", null);
        Assert.Null(server.Answer(3)["error"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Content-Len")]
    [InlineData("Content-Length: 100\r\n\r\n{\"jsonrpc\"")]
    public void End_of_input_ends_the_process_without_a_trace(string rest)
    {
        using var server = new ServerProcess();
        server.Send(1, "initialize", "{}");
        server.Answer(1);
        server.Write(Encoding.ASCII.GetBytes(rest));
        server.CloseInput();
        Assert.Equal(1, server.WaitForExit());
        Assert.Equal("", server.Errors);
    }

    [Fact]
    public void Exit_without_shutdown_is_1()
    {
        using var server = new ServerProcess();
        server.Send(null, "exit", null);
        Assert.Equal(1, server.WaitForExit());
    }

    [Fact]
    public void Fast_typing_is_answered_with_the_diagnostics_of_the_last_text()
    {
        using var server = new ServerProcess();
        server.Send(1, "initialize", "{}");
        server.Send(null, "textDocument/didOpen", """{"textDocument":{"uri":"file:///a.kdsl","version":0,"text":""}}""");
        const int Changes = 500;
        for (var i = 1; i <= Changes; i++)
        {
            server.Send(null, "textDocument/didChange", $$$"""{"textDocument":{"uri":"file:///a.kdsl","version":{{{i}}}},"contentChanges":[{"range":{"start":{"line":0,"character":{{{i - 1}}}},"end":{"line":0,"character":{{{i - 1}}}}},"text":"k"}]}""");
        }

        var published = 0;
        server.Next(message =>
        {
            published += message["method"]?.GetValue<string>() == "textDocument/publishDiagnostics" ? 1 : 0;
            return message["params"]?["version"]?.GetValue<int>() == Changes;
        });
        Assert.InRange(published, 1, Changes / 10);
    }

    private sealed class ServerProcess : IDisposable
    {
        private readonly Process _process;
        private readonly MessageReader _reader;
        private readonly Task<string> _errors;

        public ServerProcess()
        {
            var start = new ProcessStartInfo("dotnet", ["exec", typeof(ToolHost).Assembly.Location, "lsp"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
            _process = Process.Start(start)!;
            _reader = new MessageReader(_process.StandardOutput.BaseStream);
            _errors = _process.StandardError.ReadToEndAsync();
        }

        public string Errors => _errors.Result;

        public void Send(int? id, string method, string? parameters)
        {
            var body = Encoding.UTF8.GetBytes($"{{\"jsonrpc\":\"2.0\",{(id is null ? "" : $"\"id\":{id},")}\"method\":\"{method}\"{(parameters is null ? "" : $",\"params\":{parameters}")}}}");
            Write([.. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), .. body]);
        }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            _process.StandardInput.BaseStream.Write(bytes);
            _process.StandardInput.BaseStream.Flush();
        }

        public void CloseInput() => _process.StandardInput.Close();

        public JsonObject Answer(int id) => Next(message => message["id"]?.GetValue<int>() == id);

        /// <summary>The next message of this kind. Anything on the stream that is no message fails the test.</summary>
        public JsonObject Next(Func<JsonObject, bool> isWanted)
        {
            var reading = Task.Run(() =>
            {
                while (_reader.Read() is { } frame)
                {
                    Assert.Null(frame.Problem);
                    var message = JsonNode.Parse(frame.Body)!.AsObject();
                    if (isWanted(message))
                    {
                        return message;
                    }
                }

                throw new EndOfStreamException("The server ended.");
            });
            return reading.Wait(s_patience) ? reading.Result : throw new TimeoutException("No answer.");
        }

        public int WaitForExit() => _process.WaitForExit(s_patience) ? _process.ExitCode : throw new TimeoutException("The server does not end.");

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            _process.Dispose();
        }
    }
}
