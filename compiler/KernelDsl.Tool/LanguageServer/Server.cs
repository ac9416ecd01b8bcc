using System.Text.Json;
using System.Text.Json.Nodes;
using KernelDsl.Tool.LanguageServer.Features;
using KernelDsl.Tool.LanguageServer.Protocol;

namespace KernelDsl.Tool.LanguageServer;

/// <summary>
/// The server without its streams and threads: takes one message after the other and answers through <see cref="IClient"/>. No message makes it throw.
/// </summary>
internal sealed class Server(IClient client)
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 64 };

    private readonly Dictionary<string, OpenDocument> _documents = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private ClientAbilities? _abilities;
    private bool _isShutDown;

    /// <summary>How the process ends, once <c>exit</c> came: 0 after <c>shutdown</c>, else 1.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>How it ends when the editor is gone without a word.</summary>
    public int ExitCodeAtEnd => ExitCode ?? (_isShutDown ? 0 : 1);

    /// <summary>Whether a text changed since its diagnostics were sent.</summary>
    public bool HasPendingDiagnostics => _changed.Count > 0;

    /// <summary>The text of an open document, as the server has it.</summary>
    internal string TextOf(string uri) => _documents[uri].Source.Text;

    /// <param name="isCancelled">Whether the editor took the request with this id back.</param>
    public void Handle(byte[] body, Func<string, bool>? isCancelled = null)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, s_options);
        }
        catch (JsonException e)
        {
            client.Send(Messages.Error(null, RpcErrorCode.ParseError, e.Message));
            return;
        }

        using (document)
        {
            var message = document.RootElement;
            if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("method", out var method) || method.ValueKind != JsonValueKind.String)
            {
                // An answer to a request of ours would have no method; we make none.
                if (message.ValueKind != JsonValueKind.Object || !(message.TryGetProperty("result", out _) || message.TryGetProperty("error", out _)))
                {
                    client.Send(Messages.Error(null, RpcErrorCode.InvalidRequest, "A message is an object with a 'method'."));
                }

                return;
            }

            Dispatch(message, method, isCancelled);
        }
    }

    /// <summary>Says that bytes came which are no message.</summary>
    public void HandleGarbage(string problem) => client.Send(Messages.Error(null, RpcErrorCode.ParseError, problem));

    /// <summary>Sends the diagnostics of the texts that changed.</summary>
    public void PublishDiagnostics()
    {
        foreach (var uri in _changed.ToArray())
        {
            _changed.Remove(uri);
            try
            {
                client.Send(DiagnosticsFeature.Publish(_documents[uri]));
            }
            catch (Exception e) when (e is not IOException)
            {
                client.Send(Messages.LogCrash($"{InternalDiagnostics.Crash.Id}: diagnostics of {uri}: {e}"));
            }
        }
    }

    private void Dispatch(JsonElement message, JsonElement method, Func<string, bool>? isCancelled)
    {
        var isRequest = message.TryGetProperty("id", out var id);
        if (isRequest && id.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
        {
            client.Send(Messages.Error(null, RpcErrorCode.InvalidRequest, "The id of a request is a number or a string."));
            return;
        }

        try
        {
            var name = Parameters.Text(method);
            var parameters = message.Find("params") ?? default;
            if (!isRequest)
            {
                Notify(name, parameters);
            }
            else if (isCancelled?.Invoke(id.GetRawText()) == true)
            {
                client.Send(Messages.Error(id, RpcErrorCode.RequestCancelled, "Cancelled."));
            }
            else
            {
                client.Send(Messages.Result(id, Answer(name, parameters)));
            }
        }
        catch (RpcException e) when (isRequest)
        {
            client.Send(Messages.Error(id, e.Code, e.Message));
        }
        catch (RpcException e)
        {
            client.Send(Messages.LogProblem(e.Message));
        }
        catch (Exception e) when (e is not IOException)
        {
            if (isRequest)
            {
                client.Send(Messages.Error(id, RpcErrorCode.InternalError, $"{e.GetType().Name}: {e.Message}"));
            }

            client.Send(Messages.LogCrash($"{InternalDiagnostics.Crash.Id}: {e}"));
        }
    }

    private void Notify(string method, JsonElement parameters)
    {
        switch (method)
        {
            case "exit":
                ExitCode = _isShutDown ? 0 : 1;
                break;
            case not ("textDocument/didOpen" or "textDocument/didChange" or "textDocument/didSave" or "textDocument/didClose"):
            case var _ when _abilities is null || _isShutDown:
                // The protocol: others, and all before initialize and after shutdown, are dropped.
                break;
            case "textDocument/didOpen":
                var opened = parameters.Object("textDocument");
                var document = new OpenDocument(opened.String("uri"), opened.Integer("version"), opened.String("text"));
                _documents[document.Uri] = document;
                _changed.Add(document.Uri);
                break;
            case "textDocument/didChange":
                var changed = DocumentOf(parameters);
                changed.Change(parameters.Object("textDocument").Integer("version"), parameters.Array("contentChanges"));
                _changed.Add(changed.Uri);
                break;
            case "textDocument/didClose":
                var closed = DocumentOf(parameters);
                _documents.Remove(closed.Uri);
                _changed.Remove(closed.Uri);
                client.Send(DiagnosticsFeature.Clear(closed.Uri));
                break;
        }
    }

    private JsonNode? Answer(string method, JsonElement parameters)
    {
        if (_isShutDown)
        {
            throw new RpcException(RpcErrorCode.InvalidRequest, "The server is shut down.");
        }

        if (method == "initialize")
        {
            if (_abilities is not null)
            {
                throw new RpcException(RpcErrorCode.InvalidRequest, "The server is initialized already.");
            }

            if (parameters.ValueKind != JsonValueKind.Object)
            {
                throw RpcException.InvalidParams("'params' must be an object.");
            }

            _abilities = ClientAbilities.Of(parameters);
            return ServerAbilities.Create();
        }

        if (_abilities is not { } abilities)
        {
            throw new RpcException(RpcErrorCode.ServerNotInitialized, "The first request is 'initialize'.");
        }

        switch (method)
        {
            case "shutdown":
                _isShutDown = true;
                return null;
            case "textDocument/hover":
                return HoverFeature.Answer(At(parameters), abilities);
            case "textDocument/definition":
                return LocationFeatures.Definition(At(parameters));
            case "textDocument/references":
                return LocationFeatures.References(At(parameters), parameters.Object("context").Flag("includeDeclaration"));
            case "textDocument/documentHighlight":
                return LocationFeatures.Highlights(At(parameters));
            case "textDocument/prepareRename":
                return RenameFeature.Prepare(At(parameters));
            case "textDocument/rename":
                return RenameFeature.Answer(At(parameters), parameters.String("newName"), abilities);
            case "textDocument/completion":
                return CompletionFeature.Answer(At(parameters), abilities);
            case "textDocument/documentSymbol":
                return DocumentSymbolFeature.Answer(DocumentOf(parameters), abilities);
            case "textDocument/formatting":
                return FormattingFeature.Answer(DocumentOf(parameters));
            case "textDocument/foldingRange":
                return FoldingFeature.Answer(DocumentOf(parameters));
            case "textDocument/semanticTokens/full":
                return SemanticTokensFeature.Answer(DocumentOf(parameters));
            default:
                throw new RpcException(RpcErrorCode.MethodNotFound, $"There is no method '{method}'.");
        }
    }

    private Place At(JsonElement parameters)
    {
        var document = DocumentOf(parameters);
        return new Place(document, Positions.Read(document.Source, parameters.Object("position")));
    }

    private OpenDocument DocumentOf(JsonElement parameters)
    {
        var uri = parameters.Object("textDocument").String("uri");
        return _documents.TryGetValue(uri, out var document) ? document : throw RpcException.InvalidParams($"'{uri}' is not open.");
    }
}

/// <summary>A position in a text.</summary>
internal sealed record Place(OpenDocument Document, int Offset)
{
    public Analysis Analysis => Document.Analysis;

    public SourceText Source => Document.Source;
}
