using System.Globalization;
using System.Text;
using JobRequests.Board;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace JobRequests.Gateway.Docs;

/// <summary>The OpenAPI document, made once: it does not change while the process runs, and anybody may ask for it.</summary>
internal sealed class ApiDocument([FromKeyedServices(ApiDescription.DocumentName)] IOpenApiDocumentProvider provider)
{
    private readonly Lock _gate = new();
    private Task<StaticFile>? _made;

    public Task<StaticFile> ReadAsync()
    {
        lock (_gate)
        {
            return _made is null or { IsFaulted: true } ? _made = MakeAsync() : _made;
        }
    }

    private async Task<StaticFile> MakeAsync()
    {
        var document = await provider.GetOpenApiDocumentAsync();
        using var json = new StringWriter(CultureInfo.InvariantCulture);
        document.SerializeAsV31(new OpenApiJsonWriter(json, new OpenApiJsonWriterSettings { Terse = true }));
        return new StaticFile("v1.json", Encoding.UTF8.GetBytes(json.ToString()));
    }
}
