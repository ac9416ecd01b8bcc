using System.Text.Json;
using System.Text.Json.Nodes;

namespace KernelDsl.Tool.LanguageServer.Protocol;

/// <summary>The messages that go to the editor.</summary>
internal static class Messages
{
    private const int ErrorType = 1;
    private const int WarningType = 2;

    public static JsonObject Result(JsonElement id, JsonNode? result) => new() { ["jsonrpc"] = "2.0", ["id"] = Id(id), ["result"] = result };

    public static JsonObject Error(JsonElement? id, RpcErrorCode code, string message) => new()
    {
        ["jsonrpc"] = "2.0",
        ["id"] = id is { } given ? Id(given) : null,
        ["error"] = new JsonObject { ["code"] = (int)code, ["message"] = message },
    };

    public static JsonObject Notification(string method, JsonObject parameters) => new() { ["jsonrpc"] = "2.0", ["method"] = method, ["params"] = parameters };

    /// <summary>The server's own mistake, for those who report it.</summary>
    public static JsonObject LogCrash(string message) => Log(ErrorType, message);

    /// <summary>A notification of the editor that could not be followed.</summary>
    public static JsonObject LogProblem(string message) => Log(WarningType, message);

    private static JsonObject Log(int type, string message) => Notification("window/logMessage", new JsonObject { ["type"] = type, ["message"] = message });

    // As it came: a number keeps its digits.
    private static JsonNode? Id(JsonElement id) => JsonNode.Parse(id.GetRawText());
}
