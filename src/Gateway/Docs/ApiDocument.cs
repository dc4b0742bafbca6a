using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace JobRequests.Gateway.Docs;

/// <summary>The OpenAPI document, made once: it does not change while the process runs, and anybody may ask for it.</summary>
internal sealed class ApiDocument([FromKeyedServices(ApiDescription.DocumentName)] IOpenApiDocumentProvider provider)
{
    private readonly Lock gate = new();
    private Task<string>? made;

    public Task<string> ReadAsync()
    {
        lock (gate)
        {
            return made is null or { IsFaulted: true } ? made = MakeAsync() : made;
        }
    }

    private async Task<string> MakeAsync()
    {
        var document = await provider.GetOpenApiDocumentAsync();
        using var json = new StringWriter(CultureInfo.InvariantCulture);
        document.SerializeAsV31(new OpenApiJsonWriter(json, new OpenApiJsonWriterSettings { Terse = true }));
        return json.ToString();
    }
}
