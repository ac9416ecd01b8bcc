namespace KernelDsl.Tool.LanguageServer.Protocol;

/// <summary>The error codes of JSON-RPC 2.0 and of the Language Server Protocol 3.17.</summary>
internal enum RpcErrorCode
{
    ParseError = -32700,
    InvalidRequest = -32600,
    MethodNotFound = -32601,
    InvalidParams = -32602,
    InternalError = -32603,
    ServerNotInitialized = -32002,
    RequestFailed = -32803,
    RequestCancelled = -32800,
}

/// <summary>A request that gets an error for its answer.</summary>
internal sealed class RpcException(RpcErrorCode code, string message) : Exception(message)
{
    public RpcErrorCode Code { get; } = code;

    public static RpcException InvalidParams(string message) => new(RpcErrorCode.InvalidParams, message);
}
