using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace JobRequests.ServiceDefaults;

/// <summary>Why a process could not start: one sentence for a person, with the setting to look at and where to read on.</summary>
public static class StartFailure
{
    /// <param name="exception">What was thrown.</param>
    /// <param name="explain">Knows causes that are this process's own; null for others.</param>
    /// <returns>One line.</returns>
    public static string Explain(Exception exception, Func<Exception, string?>? explain = null) =>
        OneLine(Causes(exception).Select(cause => explain?.Invoke(cause) ?? Known(cause)).FirstOrDefault(static sentence => sentence is not null)
            ?? $"The process could not start: {Innermost(exception)} ({Docs.StartFailures})");

    private static string Sentence(string text) => text.EndsWith('.') || text.EndsWith('?') ? text : $"{text}.";

    private static string? Known(Exception cause) => cause switch
    {
        OptionsValidationException options => $"A setting is wrong: {string.Join(' ', options.Failures.Select(Sentence))} ({Docs.Settings})",
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } value => $"A setting is wrong: {value.Message} ({Docs.Settings})",
        FormatException { Source: "Microsoft.Extensions.Configuration.CommandLine" } argument => $"An argument is wrong: {argument.Message} ({Docs.Settings})",
        InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } address =>
            $"Urls names an address that cannot be listened on: {address.Message} ({Docs.Settings})",
        InvalidOperationException { Source: "Orleans.Runtime" or "Orleans.Core" } provider =>
            $"A setting of section Orleans is wrong: {provider.Message} ({Docs.Settings})",
        Orleans.Runtime.OrleansConfigurationException configuration => $"A setting is wrong: {configuration.Message} ({Docs.Settings})",
        TopicPartitionsException topic => topic.Message,
        IOException { InnerException: AddressInUseException } inUse =>
            $"{inUse.Message} Another program listens there; choose another address with --urls http://127.0.0.1:PORT. ({Docs.AddressInUse})",
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
            "Another program listens on a port of Orleans; choose other ones with Orleans:Endpoints:SiloPort and Orleans:Endpoints:GatewayPort. "
                + $"({Docs.AddressInUse})",
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            $"This process may not listen on the port that Urls names: ports below 1024 are the administrator's. ({Docs.AddressInUse})",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } =>
            $"This machine does not have the address that Orleans:Endpoints:AdvertisedIPAddress or Urls names. ({Docs.AddressInUse})",
        StackExchange.Redis.RedisConnectionException redis => $"Redis cannot be used: {redis.Message} (ConnectionStrings:redis, {Docs.Redis})",
        InvalidDataException { Source: "Microsoft.Extensions.Configuration.Json" or "Microsoft.Extensions.Configuration.FileExtensions" } file =>
            $"A settings file cannot be read: {file.Message} {file.InnerException?.Message} ({Docs.Settings})",
        _ => null,
    };

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException) yield return cause;
        if (exception is AggregateException { InnerExceptions: { Count: > 1 } others })
            foreach (var other in others.Skip(1))
                foreach (var cause in Causes(other))
                    yield return cause;
    }

    private static string Innermost(Exception exception)
    {
        var innermost = exception.GetBaseException();
        return $"{innermost.GetType().Name}: {innermost.Message}";
    }

    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
