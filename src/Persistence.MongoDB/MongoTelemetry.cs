using System.Diagnostics;
using System.Diagnostics.Metrics;
using MongoDB.Driver;

namespace JobRequests.Persistence.MongoDB;

/// <summary>Instruments and spans of all storages of this process, on a meter and an activity source of one name, after the conventions for database
/// clients.</summary>
public static class MongoTelemetry
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "JobRequests.Persistence.MongoDB";

    private static readonly Meter Meter = new(Name);
    private static readonly ActivitySource Source = new(Name);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram("db.client.operation.duration", "s", "Duration of requests to the server.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] });

    private static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>(
        "mongodb.storage.batch.size", "{operation}", "Writes that shared one request.");
    private static readonly Counter<long> Conflicts = Meter.CreateCounter<long>(
        "mongodb.storage.conflicts", "{operation}", "Operations refused because the ETag was stale.");
    private static readonly Counter<long> UnknownOutcomes = Meter.CreateCounter<long>(
        "mongodb.storage.unknown_outcomes", "{operation}", "Writes abandoned without knowing whether they were done.");
    private static readonly Counter<long> Repeats = Meter.CreateCounter<long>(
        "mongodb.storage.repeats", "{operation}", "Writes sent again to find out whether they were done.");
    private static readonly UpDownCounter<long> Queue = Meter.CreateUpDownCounter<long>(
        "mongodb.storage.waiting", "{operation}", "Writes that wait for a request to share.");

    internal static void Waiting(int change) => Queue.Add(change);

    internal static void Conflict() => Conflicts.Add(1);

    internal static void Unknown() => UnknownOutcomes.Add(1);

    internal static void Repeat() => Repeats.Add(1);

    internal static void Sending(IReadOnlyList<WriteOperation> batch) =>
        BatchSize.Record(batch.Count, new KeyValuePair<string, object?>("db.operation.name", Verb(batch[0])));

    internal static Task<TResult> MeasureAsync<TArgument, TResult>(
        string operation, MongoConnection connection, IReadOnlyList<WriteOperation> batch, Func<TArgument, IReadOnlyList<WriteOperation>, Task<TResult>> send,
        TArgument argument)
    {
        // A request of one belongs to its caller's trace; a shared one is a trace of its own that links to all of them.
        var activity = Source.HasListeners()
            ? Source.StartActivity(operation, ActivityKind.Client, batch.Count == 1 ? batch[0].Caller : default,
                links: batch.Count == 1 ? null : batch.Where(static one => one.Caller != default).Select(static one => new ActivityLink(one.Caller)))
            : null;
        if (batch.Count > 1)
            activity?.SetTag("db.operation.batch.size", batch.Count);
        return MeasureAsync(operation, connection, activity, () => send(argument, batch));
    }

    internal static Task<TResult> MeasureAsync<TArgument, TResult>(
        string operation, MongoConnection connection, Func<TArgument, CancellationToken, Task<TResult>> send, TArgument argument,
        CancellationToken cancellationToken) =>
        MeasureAsync(operation, connection, Source.StartActivity(operation, ActivityKind.Client), () => send(argument, cancellationToken));

    private static async Task<TResult> MeasureAsync<TResult>(string operation, MongoConnection connection, Activity? activity, Func<Task<TResult>> send)
    {
        using var _ = activity;
        var tags = new TagList
        {
            { "db.system.name", "mongodb" },
            { "db.namespace", connection.Database.DatabaseNamespace.DatabaseName },
            { "db.collection.name", connection.Documents.CollectionNamespace.CollectionName },
            { "db.operation.name", operation },
        };
        if (activity is not null)
        {
            activity.DisplayName = $"{operation} {connection.Documents.CollectionNamespace.CollectionName}";
            foreach (var (key, value) in tags)
                activity.SetTag(key, value);
        }
        var started = Stopwatch.GetTimestamp();
        try
        {
            return await send();
        }
        catch (Exception exception)
        {
            var error = ErrorType(exception);
            tags.Add("error.type", error);
            activity?.SetTag("error.type", error).SetStatus(ActivityStatusCode.Error);
            throw;
        }
        finally
        {
            Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
        }
    }

    private static string ErrorType(Exception exception) => exception is MongoCommandException command
        ? command.Code.ToString(System.Globalization.CultureInfo.InvariantCulture)
        : exception.GetType().Name;

    private static string Verb(WriteOperation operation) =>
        operation.Kind switch { WriteKind.Insert => "insert", WriteKind.Replace => "update", _ => "delete" };
}
