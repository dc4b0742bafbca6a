using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace JobRequests.Gateway.Docs;

/// <summary>The OpenAPI document, made once: it does not change while the process runs, and anybody may ask for it.</summary>
internal sealed class ApiDocument([FromKeyedServices(ApiDescription.DocumentName)] IOpenApiDocumentProvider provider)
{
    private readonly Lock gate = new();
    private Task<string>? json;

    public Task<string> ReadAsync()
    {
        lock (gate)
        {
            return json is null or { IsFaulted: true } ? json = MakeAsync() : json;
        }
    }

    private async Task<string> MakeAsync()
    {
        var document = await provider.GetOpenApiDocumentAsync();
        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1);
    }
}
