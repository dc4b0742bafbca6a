using System.Runtime.CompilerServices;
using JobRequests.Grains;
using JobRequests.Persistence.Sqlite;

namespace JobRequests.Silo;

internal sealed class SqliteJobDocumentScan(SqliteGrainStorage storage) : IJobDocumentScan
{
    private const int BatchSize = 200;

    public async IAsyncEnumerable<IReadOnlyList<(string JobRequestId, JobDocument Document)>> ScanAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in storage.ScanAsync(JobRequestOptions.StateName, BatchSize, cancellationToken))
            yield return batch.ConvertAll(record =>
                (record.GrainId.Key.ToString()!, storage.Deserialize<JobDocument>(record)
                    ?? throw new InvalidDataException($"The document of {record.GrainId} is 'null'.")));
    }
}
