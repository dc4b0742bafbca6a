using Microsoft.Extensions.Options;

namespace JobRequests.Standalone;

/// <summary>Why the process could not start, in one sentence for a person.</summary>
internal static class StartFailure
{
    public static string? Explain(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case Persistence.Sqlite.DataFolderException folder:
                    return folder.Message;
                case OptionsValidationException options:
                    return $"A setting is wrong: {string.Join("; ", options.Failures)}";
                case Microsoft.AspNetCore.Connections.AddressInUseException:
                    return $"{exception.Message} Another program listens there; choose another address with --urls http://127.0.0.1:PORT.";
            }
        }

        return exception is AggregateException { InnerExceptions: [var only] } ? Explain(only) : null;
    }
}
