using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.SignalR;

namespace JobRequests.Gateway.Events;

/// <summary>The hub's address and rules.</summary>
internal static class LiveApi
{
    public const string Route = "/v1/live";

    /// <summary>What stands in the log for the method of a request.</summary>
    public const string Method = "HUB";

    // A body of 64 KB is refused by its own call; what is beyond this ends the connection.
    private const int MaxMessageBytes = 2 * 1024 * 1024;

    public static void AddLive(this IServiceCollection services)
    {
        services.AddSingleton<LiveCommandReader>();
        services.AddSingleton<LiveCommands>();
        services.AddSingleton<LiveEvents>();
        services.AddSingleton<IUserIdProvider, PersonIdProvider>();
        services.AddSignalR()
            .AddHubOptions<LiveHub>(static hub =>
            {
                hub.MaximumReceiveMessageSize = MaxMessageBytes;
                hub.EnableDetailedErrors = false;
            })
            .AddJsonProtocol(static json =>
                json.PayloadSerializerOptions.TypeInfoResolver = JsonTypeInfoResolver.Combine(GatewayJson.Wire, new DefaultJsonTypeInfoResolver()));

        // Said at the start of each request with its whole address, where browsers have to put their token.
        services.AddLogging(static logging => logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning));
    }

    public static IEndpointConventionBuilder MapLive(this IEndpointRouteBuilder routes)
    {
        var hub = routes.MapHub<LiveHub>(Route, static options => options.CloseOnAuthenticationExpiration = true);
        hub.Add(static endpoint =>
        {
            var connect = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = http =>
            {
                // Of the ways to connect without a web socket one is an answer without an end.
                http.Response.Headers[EventStreamWriter.Buffering] = EventStreamWriter.NoBuffering;
                return RefusalOf(http) is { } refusal ? ProblemWriter.WriteAsync(http, refusal) : connect(http);
            };
        });
        return hub;
    }

    // Asked where a connection begins; the requests of one that is there name it.
    private static Requests.Refusal? RefusalOf(HttpContext http) =>
        http.Request.Query.ContainsKey("id") ? null : http.RequestServices.GetRequiredService<LiveConnections>().Check(http.User.ToCaller().Person);

    private sealed class PersonIdProvider : IUserIdProvider
    {
        public string? GetUserId(HubConnectionContext connection) => connection.User.FindFirst(Callers.SubjectClaim)?.Value;
    }
}
