using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KernelDsl.Tool.LanguageServer.Protocol;

/// <summary>Writes messages into a stream, each as a whole.</summary>
internal sealed class MessageWriter(Stream stream) : IClient
{
    // No page of HTML sees the messages; texts stay readable in a log.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Send(JsonObject message)
    {
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body, s_options))
        {
            message.WriteTo(writer);
        }

        stream.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n")));
        stream.Write(body.GetBuffer().AsSpan(0, (int)body.Length));
        stream.Flush();
    }
}

/// <summary>The editor at the other end.</summary>
internal interface IClient
{
    void Send(JsonObject message);
}
