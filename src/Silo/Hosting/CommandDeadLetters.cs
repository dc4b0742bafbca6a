using System.Text;
using JobRequests.Grains;
using JobRequests.Grains.Abstractions;
using JobRequests.Streaming.Kafka;
using Orleans.Streams;

namespace JobRequests.Silo;

/// <summary>Dead-letters commands in the dead-letter topic of their log, and stops reading that log while no job can be stored.</summary>
internal static class CommandDeadLetterHosting
{
    public static void AddCommandDeadLetters(this IServiceCollection services)
    {
        services.AddOptions<KafkaStreamOptions>(StreamNames.Requests).Configure(static options => options.BlockStreams = true);
        services.AddSingleton<ICommandDeadLetters>(
            static provider => new CommandDeadLetters(provider.GetRequiredKeyedService<KafkaDeadLettering>(StreamNames.Requests)));
        services.AddSingleton<StorageMonitor>();
        services.AddSingleton<IStorageMonitor>(static provider => provider.GetRequiredService<StorageMonitor>());
        services.AddHostedService(static provider => provider.GetRequiredService<StorageMonitor>());
        services.AddKeyedSingleton<IKafkaConsumptionGate>(
            StreamNames.Requests, static (provider, _) => new StorageGate(provider.GetRequiredService<StorageMonitor>()));
    }

    private sealed class CommandDeadLetters(KafkaDeadLettering deadLetters) : ICommandDeadLetters
    {
        private const string CannotBeStored = "cannot-be-stored";

        public Task<bool> DeadLetterAsync(string jobRequestId, StreamSequenceToken from, Exception error, int attempts) =>
            deadLetters.DeadLetterAsync(StreamId.Create(StreamNames.Requests, jobRequestId), from, CannotBeStored, Explain(error), attempts);

        // The operator's first question; the stack is in the silo's log.
        private static string Explain(Exception error)
        {
            var text = new StringBuilder();
            for (var cause = error; cause is not null; cause = cause.InnerException)
                text.Append(text.Length == 0 ? "" : " ← ").Append(cause.GetType().Name).Append(": ").Append(cause.Message);
            return text.ToString();
        }
    }

    private sealed class StorageGate(StorageMonitor storage) : IKafkaConsumptionGate
    {
        public TimeSpan OpenFor => storage.UpFor;
    }
}
