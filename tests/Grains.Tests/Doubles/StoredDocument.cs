using Orleans.Storage;

namespace JobRequests.Grains.Tests;

/// <summary>What a server would hold of one job: bytes and an ETag, replaced by compare-and-set.</summary>
internal sealed class StoredDocument
{
    private static readonly JobDocumentSerializer Serializer = new();

    private BinaryData? _data;
    private int _writes;

    public string? ETag { get; private set; }

    /// <summary>How many writes were applied.</summary>
    public int Writes => _writes;

    public string? Json
    {
        get => _data?.ToString();
        set
        {
            _data = BinaryData.FromString(value!);
            ETag = $"{++_writes}";
        }
    }

    /// <summary>The document as another process would read it now.</summary>
    public JobDocument Document => Read().Document;

    public StoredJob Read() => _data is null ? new StoredJob(new JobDocument(), null) : new StoredJob(Serializer.Deserialize<JobDocument>(_data), ETag);

    public string Write(JobDocument document, string? expectedETag)
    {
        if (expectedETag != ETag) throw new InconsistentStateException("The document has changed.", ETag ?? "", expectedETag ?? "");
        _data = Serializer.Serialize(document);
        return ETag = $"{++_writes}";
    }
}
